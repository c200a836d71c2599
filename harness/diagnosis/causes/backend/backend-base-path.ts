import { kindOf } from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf, answerTo, realStatus, seenError } from '../../facts/answers.ts';
import { speaks } from '../../facts/entry-points.ts';
import { label } from '../../facts/sentences.ts';
import type { Finding } from '../../finding.ts';
import { likely, proven } from '../../finding.ts';
import { symptomText } from '../../symptom-text.ts';
import type { Target } from '../../targets/target.ts';
import type { Address } from '../../urls.ts';
import { changed, parseAddress } from '../../urls.ts';

export default cause({
  id: 'backend-base-path',
  hop: 'backend',
  sentence:
    'The application does not know the folder under which it is published: its page asks for scripts, data or sockets outside of it.',
  proof: 'What the page asks for is refused at its path, and answered at the same path below the folder of the page.',
  lookAlikes: ['proxy-route-missing', 'proxy-path-stripped', 'backend-endpoint-missing', 'page-stale-cache'],
  repair:
    "Tell the application its folder (its base path, root path or base URL option, or X-Forwarded-Prefix where it reads that). If the page names its files relative to itself, redirect the folder's name without a slash to the one with it.",
  explains: [
    'page-stale-cache',
    'bundle-stale',
    'backend-endpoint-missing',
    'backend-wrong-path',
    'proxy-route-missing',
    'proxy-path-stripped',
    'proxy-upgrade-missing',
    'socketio-path-mismatch',
    'client-protocol-mismatch',
  ],
  examineTarget: outsideOfFolder,
  excluded: (context) =>
    foldersOf(context).length === 0 ? 'the page is at the root of its host, not in a folder' : undefined,
});

/** The target fails where the page asks for it, and works below the folder of the page. */
function outsideOfFolder(context: RuleContext, target: Target): Finding | undefined {
  const { page } = context;
  const { host, port, path } = target.address;
  if (host !== page.host || port !== page.port || !isElsewhere(context, target)) return undefined;
  for (const folder of foldersOf(context)) {
    if (path.startsWith(`${folder}/`)) continue;
    const below = changed(addressOf(target), { path: `${folder}${path}` });
    if (leadsTo(context, target, below.path) !== false) continue;
    if (target.kind === 'api' && target.method !== 'GET' && takesOther(context, below) === true)
      return likely(
        `${target.method} ${target.address.path} fails (${symptomText(target)}), and ${below.path}, below the folder of the page, exists: it takes another method than GET`,
      );
    if (answers(context, target, below) === true)
      return proven(
        `${label(target)} fails (${symptomText(target)}), and ${below.path} of the same host, below the folder of the page, is answered`,
      );
  }
  return undefined;
}

/** Whoever asks for the target is redirected to this path: it is known there, and browsers do not follow a handshake's redirect. */
function leadsTo(context: RuleContext, target: Target, path: string): boolean | undefined {
  const status = realStatus(context, target);
  if (status === undefined || status < 300 || status > 308) return false;
  const answer = answerTo(context, target);
  return answer && (answer.headers.location ?? '').split('?')[0]?.endsWith(path) === true;
}

/** Another program answers the target, or none. */
function isElsewhere(context: RuleContext, target: Target): boolean {
  if (target.symptom?.is === 'wrong-kind') return true;
  const status = realStatus(context, target);
  if (status !== undefined) return [200, 301, 302, 307, 308, 400, 403, 404, 405, 426, 501].includes(status);
  return /CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE/.test(seenError(target) ?? '');
}

/** The folders in which the visited page and the loaded one are, innermost first: at most three, without a slash at the end. */
function foldersOf({ page, evidence }: RuleContext): string[] {
  const visited = parseAddress(evidence.visit)?.path ?? '/';
  const above = (path: string): string[] => {
    const parts = path.split('/').filter((part) => part !== '');
    return parts.map((_part, index) => `/${parts.slice(0, parts.length - index).join('/')}`);
  };
  const files = /\.\w{1,5}$/;
  return [...new Set([...above(visited), ...above(page.path)])].filter((folder) => !files.test(folder)).slice(0, 3);
}

/** A plain request is refused for its method alone. The page's own request is not repeated there: it may change something. */
function takesOther(context: RuleContext, at: Address): boolean | undefined {
  const [answer, unknown] = [context.get(at), context.getUnknownPath(at)];
  return answer && unknown && answer.status === 405 && unknown.status !== 405;
}

/** Whether what the target asks for is at an address. */
function answers(context: RuleContext, target: Target, at: Address): boolean | undefined {
  if (target.kind !== 'script' && target.kind !== 'document')
    return target.method === 'GET' ? speaks(context, target, at) : undefined;
  const answer = context.get(at);
  if (!answer) return undefined;
  const page = kindOf(answer) === 'page';
  return answer.status !== undefined && answer.status < 300 && page === (target.kind === 'document');
}
