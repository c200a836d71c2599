import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { seenError } from '../../facts/answers.ts';
import { withoutSockets } from '../../facts/hubs.ts';
import type { Finding } from '../../finding.ts';
import { finding, possible, proven } from '../../finding.ts';
import { isRealtime } from '../../targets/target.ts';
import { placeholderIn } from '../../urls.ts';

export default cause({
  id: 'bundle-variable-unset',
  hop: 'page',
  sentence:
    'A build-time variable was not set, so the page uses an address or key that does not exist, or makes no connection.',
  proof:
    'URLs contain "undefined", "null" or a library placeholder such as ws-.pusher.com, or the script holds an empty address or key and no socket is ever opened.',
  lookAlikes: ['dns-no-record', 'bundle-stale', 'proxy-route-missing'],
  repair:
    'Define the variable where the bundle is built (as a build argument), rebuild, and let the build fail when it is absent.',
  examineTarget: (_context, target) => {
    const placeholder = placeholderIn(target.url);
    if (placeholder !== undefined) {
      // Further down the path, "undefined" is rather a missing id than a missing build-time variable.
      const early = isRealtime(target) || !target.address.path.split('/').slice(2).join('/').includes(placeholder);
      return finding(
        early ? 'proven' : 'possible',
        `the page asks for ${target.url.slice(0, 120)}: “${placeholder}” takes the place of a configured value`,
      );
    }
    if (target.symptom?.is === 'invalid-url') {
      return finding(
        /undefined|null|''|NaN/.test(target.symptom.text) ? 'proven' : 'likely',
        `the page used an invalid address: ${target.symptom.text.slice(0, 160)}`,
      );
    }
    // Pusher's library connects to Pusher's own servers when no host is configured.
    if (/(^|\.)pusher\.com$/.test(target.address.host) && seenError(target) === 'NAME_NOT_RESOLVED') {
      return proven(`the library connects to its default host ${target.address.host}: no host was configured`);
    }
    return undefined;
  },
  examineVisit: unsetVariable,
});

/** The bundle contains a real-time client, and no connection was tried. */
function unsetVariable(context: RuleContext): Finding | undefined {
  const exception = context.evidence.console.find(
    (line) =>
      line.level === 'exception' &&
      /pass your app key|app key|Invalid URL|is not a valid URL|cannot be parsed as a URL/i.test(line.text),
  );
  if (exception) return proven(`the page throws: ${exception.text.slice(0, 160)}`);
  // A connection that the browser blocked stands in the console alone, and old recordings hold no sockets.
  const { untold = [] } = context.evidence;
  if (untold.includes('console') || untold.includes('sockets')) return undefined;
  if (!context.pageLoaded || context.realtime.length > 0 || context.failed.length > 0) return undefined;
  // It has asked somebody where and how to connect.
  if (withoutSockets(context) !== undefined) return undefined;
  if (context.evidence.requests.filter((request) => request.type === 'fetch' || request.type === 'xhr').length > 3)
    return undefined;
  const bundle = context.bundle();
  if (!bundle) return undefined;
  const missed = Object.values(context.delivery?.channels ?? {}).some(
    ({ outcome }) => outcome === 'never' || outcome === 'after-reload',
  );
  const library = bundle.libraries.filter((name) => name !== 'fetch');
  const nothing = 'the page opened no connection';
  const lost = missed && 'a published message does not appear without a reload';
  if (library.length === 0) return missed ? possible(nothing, lost) : undefined;
  const saysSo =
    /\b(disconnected|offline|not connected|no connection|unavailable|connecting|desconectad|sem conex|indispon|conectando)/i.test(
      context.evidence.page.text,
    );
  const empty = bundle.empty.slice(0, 3);
  return finding(
    empty.length > 0 || saysSo || missed ? 'likely' : 'possible',
    `the scripts contain a real-time client (${library.join(', ')}), and ${nothing}`,
    empty.length > 0 && `options without a value in the scripts: ${empty.join(', ')}`,
    saysSo && 'the page itself says that it is not connected',
    lost,
  );
}
