/** A page that shows what a server shows which has no site of this name, or an application that nothing leads to. */
import { isDefaultSite, isServerDefault } from '../answers.ts';
import type { RuleContext } from '../context.ts';

/** What such a page shows. */
export interface DefaultSite {
  /** The beginning of its text. */
  quote: string;
  /** A web server shows it before anybody has told it what to serve; else it is of a host or a seller of names. */
  ofServer: boolean;
}

/** The visited page, where it is one; undefined where it is none, or tried anything live. */
export function defaultSite(context: RuleContext): DefaultSite | undefined {
  const { title, text } = context.evidence.page;
  const shown = `${title} ${text}`;
  if (!context.pageLoaded || context.realtime.length > 0 || !isDefaultSite(shown)) return undefined;
  return { quote: text.slice(0, 60).replace(/\s+/g, ' '), ofServer: isServerDefault(shown) };
}
