import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { label } from '../../facts/sentences.ts';
import { AT_A_WRONG_ADDRESS } from '../../families/wrong-address.ts';
import type { Finding } from '../../finding.ts';
import { finding, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';
import { targetsOf } from '../../targets.ts';
import { parseAddress } from '../../urls.ts';

export default cause({
  id: 'page-stale-cache',
  hop: 'page',
  sentence: 'A service worker or cache serves an old page, which connects to an address that is no longer right.',
  proof: 'The document or script comes from a service worker; a fresh visit gets another bundle, and that one works.',
  lookAlikes: ['bundle-stale', 'tls-port-closed', 'hsts-upgrade', 'bundle-wrong-port', 'bundle-wrong-host'],
  repair: 'Serve the service worker script with no-cache, version its cache, and update or unregister the old worker.',
  explains: ['bundle-stale', ...AT_A_WRONG_ADDRESS],
  examineTarget: staleCache,
  examineVisit: (context) => {
    const { revisit } = context.known;
    if (!revisit) return undefined;
    const cached =
      revisit.navigation.fromServiceWorker ||
      revisit.requests.some((request) => request.type === 'script' && request.fromServiceWorker);
    const broken = targetsOf(revisit).find((target) => target.relevant && target.symptom !== undefined);
    if (!cached || !broken || context.failed.length > 0) return undefined;
    return proven(
      'the first visit works; the second, served by the service worker, does not',
      `it asks for ${label(broken)}`,
    );
  },
  excluded: ({ evidence: { navigation, requests } }) =>
    navigation.fromServiceWorker || requests.some((request) => request.fromServiceWorker)
      ? undefined
      : 'the page came from the server, not from a service worker',
});

/** A cache serves a page or script that the server no longer has. */
function staleCache(context: RuleContext, target: Target): Finding | undefined {
  const fromWorker =
    context.evidence.navigation.fromServiceWorker ||
    context.evidence.requests.some((request) => request.type === 'script' && request.fromServiceWorker);
  const cached = context.evidence.requests.find(
    (request) =>
      (request.type === 'document' || request.type === 'script') &&
      parseAddress(request.url)?.host === context.page.host &&
      /hit|stale/i.test(
        `${request.headers?.['x-cache'] ?? ''} ${request.headers?.['x-cache-status'] ?? ''} ${request.headers?.['cf-cache-status'] ?? ''}`,
      ),
  );
  const aged = context.evidence.requests.find(
    (request) => (request.type === 'document' || request.type === 'script') && Number(request.headers?.age ?? 0) > 0,
  );
  const lostScript =
    target.kind === 'script' && (target.symptom?.is === 'status' || target.symptom?.is === 'wrong-kind');
  // A script that another one asks for stands in no copy of the page: it may be an optional one.
  if (lostScript && target.requests.every(({ byScript }) => byScript)) return undefined;
  if (!fromWorker && !cached && !aged && !lostScript) return undefined;
  const fresh = context.bundle(true);
  if (!fresh || fresh.failure !== undefined || (fresh.status ?? 500) >= 400) return undefined;
  const used = context.scripts.map((url) => parseAddress(url)?.path ?? '');
  const otherScripts =
    fresh.scripts.length > 0 &&
    used.some((path) => !fresh.scripts.includes(path)) &&
    fresh.scripts.some((path) => !used.includes(path));
  if (lostScript) {
    const gone = !fresh.scripts.includes(target.address.path);
    return gone && fresh.scripts.length > 0
      ? proven(
          `the page names the script ${target.address.path}, which is gone; a fresh copy of the page names ${fresh.scripts.join(', ')}`,
        )
      : undefined;
  }
  const namesIt = fresh.urls
    .concat(fresh.literals, fresh.pageUrls)
    .some(
      (text) =>
        text.includes(target.address.host) &&
        (target.address.port === 443 || target.address.port === 80 || text.includes(String(target.address.port))),
    );
  const samePlace = target.address.host === context.page.host && target.address.port === context.page.port;
  const namesPath = fresh.literals.concat(fresh.urls).some((text) => text.includes(target.address.path));
  const changedAddress = samePlace
    ? target.address.path.length > 1 && !namesPath && fresh.bytes > 0
    : !namesIt && fresh.bytes > 0;
  if (!otherScripts && !changedAddress) return undefined;
  return finding(
    changedAddress ? 'proven' : 'likely',
    fromWorker
      ? 'the page or its script came from a service worker'
      : `the page or its script came from a cache (${cached ? 'cache hit' : `age ${aged?.headers?.age ?? '?'} s`})`,
    changedAddress && `a fresh copy no longer uses ${label(target)}`,
    otherScripts && `a fresh copy loads other scripts (${fresh.scripts.slice(0, 3).join(', ')})`,
  );
}
