/** Other hosts and ports of the system, and whether the target works there. */
import { kindOf, sameAnswer } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import type { HttpAnswer } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import type { Address } from '../urls.ts';
import { withScheme } from '../urls.ts';
import { addressOf, isSocket, offered, plainAnswer } from './answers.ts';
import { accepts } from './upgrade.ts';

/** The same path at the other entry points of the system: at most eight. */
export function otherEntryPoints(
  context: RuleContext,
  target: Target,
  only: (entry: Address) => boolean = () => true,
): Address[] {
  const { host, port, path, query } = addressOf(target);
  return context
    .entryPoints()
    .filter((entry) => !(entry.host === host && entry.port === port) && only(entry))
    .slice(0, 8)
    .map((entry) => ({ ...entry, path, query }));
}

/** Another entry point at which the same path works. */
export function openElsewhere(
  context: RuleContext,
  target: Target,
  only: (entry: Address) => boolean = () => true,
): Address | undefined {
  for (const entry of otherEntryPoints(context, target, only)) {
    const answer = speaks(context, target, entry);
    if (answer === true) return entry;
  }
  return undefined;
}

/** A plain request of the path gets the same answer at both entry points, so they lead to the same program. */
export function sameBackend(context: RuleContext, target: Target, entry: Address): boolean | undefined {
  const here = plainAnswer(context, target);
  const there = context.get({ ...entry, path: target.address.path, query: addressOf(target).query });
  return here && there ? here.status !== undefined && sameAnswer(here, there) : undefined;
}

/** Whether an address speaks the target's protocol. */
export function speaks(context: RuleContext, target: Target, at: Address): boolean | undefined {
  if (target.kind === 'engine.io') {
    const answer = context.ask({ ask: 'engineio', url: withScheme({ ...at, query: '' }, 'http'), paths: [at.path] });
    return answer?.results.some((result) => result.open);
  }
  if (target.kind === 'sse') {
    const answer = context.get(at);
    return answer && answer.status === 200 && kindOf(answer) === 'stream';
  }
  if (isSocket(target)) {
    const answer = context.handshake(at, offered(target));
    if (!answer) return undefined;
    // Reverb and similar servers open the socket for any key, and report an unknown one in a frame.
    return accepts(answer) && !answer.frames.some((frame) => frame.includes('pusher:error'));
  }
  const answer = context.get(at, { origin: context.origin });
  return answer?.status !== undefined ? isBackendAnswer(answer) : undefined;
}

/**
 * The answer comes from a backend: data, or a refusal in JSON. Redirects, pages and stock errors may come from any other
 * server at that entry point.
 */
function isBackendAnswer(answer: HttpAnswer): boolean {
  const { status = 0, headers } = answer;
  if (/html/.test(headers['content-type'] ?? '') || kindOf(answer) === 'gate') return false;
  return (
    (status >= 200 && status < 300) ||
    ((status === 401 || status === 403) && /json/.test(headers['content-type'] ?? ''))
  );
}
