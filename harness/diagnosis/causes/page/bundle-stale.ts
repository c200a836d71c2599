import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf, seenError } from '../../facts/answers.ts';
import { speaks } from '../../facts/entry-points.ts';
import { AT_A_WRONG_ADDRESS } from '../../families/wrong-address.ts';
import type { Finding } from '../../finding.ts';
import { possible, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';
import { isRealtime } from '../../targets/target.ts';
import { authority, originOf, parseAddress, placeholderIn } from '../../urls.ts';

export default cause({
  id: 'bundle-stale',
  hop: 'page',
  sentence: 'The served bundle was built before the configuration was changed.',
  proof: 'The page uses an address or key which the running configuration no longer contains.',
  lookAlikes: ['bundle-wrong-host', 'bundle-localhost', 'page-stale-cache', 'container-old-image'],
  repair: 'Rebuild the front end and deploy it: its variables are inlined at build time.',
  explains: AT_A_WRONG_ADDRESS,
  examineTarget: staleBundle,
});

const CONFIG_PATHS = [
  '/config.json',
  '/env.js',
  '/env.json',
  '/config.js',
  '/runtime-config.json',
  '/settings.json',
  '/version.json',
  '/build-info.json',
];

/** The running configuration names another address than the one built into the page. */
function staleBundle(context: RuleContext, target: Target): Finding | undefined {
  if (
    target.kind === 'document' ||
    target.symptom?.is === 'blocked' ||
    !context.pageLoaded ||
    placeholderIn(target.url) !== undefined
  )
    return undefined;
  const key =
    target.kind === 'pusher' && target.symptom?.is === 'refused'
      ? /\/app\/([^/?]+)/.exec(target.address.path)?.[1]
      : undefined;
  const failed =
    seenError(target) !== undefined ||
    target.symptom?.is === 'status' ||
    target.symptom?.is === 'wrong-kind' ||
    key !== undefined;
  if (
    !failed ||
    (target.address.host === context.page.host && target.address.port === context.page.port && key === undefined)
  )
    return undefined;
  const bundle = context.bundle();
  if (!bundle) return undefined;
  const named = bundle.literals
    .filter((literal) => /^\.?\/?[\w/-]*(config|env|settings|version|build)[\w.-]*\.(json|js)$/i.test(literal))
    .map((literal) => `/${literal.replace(/^\.?\//, '')}`);
  const config = context.ask({
    ask: 'config',
    page: originOf(context.page),
    paths: [...new Set([...named, ...CONFIG_PATHS])].slice(0, 8),
  });
  const texts = (config?.found ?? []).map(({ path, urls, body }) => ({ from: path, urls, body }));
  if (bundle.pageUrls.length > 0) texts.push({ from: 'the page itself', urls: bundle.pageUrls, body: '' });
  for (const { from, urls, body } of texts) {
    for (const url of urls) {
      const address = parseAddress(url);
      if (!address || (address.host === target.address.host && address.port === target.address.port)) continue;
      if (address.host === context.page.host && address.port === context.page.port && !/^ws/.test(address.scheme))
        continue;
      if (isRealtime(target) !== /^ws/.test(address.scheme) && address.path.length > 1 && isRealtime(target)) continue;
      const path = address.path.length > 1 ? address.path : target.address.path;
      const works = speaks(context, target, { ...address, path, query: addressOf(target).query });
      if (works === true)
        return proven(
          `the running configuration (${from}) names ${authority(address)}, which works; the script still uses ${authority(target.address)}`,
        );
      if (/^ws/.test(address.scheme) && isRealtime(target) && works === undefined)
        return possible(
          `the running configuration (${from}) names ${authority(address)}; the script uses ${authority(target.address)}`,
        );
    }
    const other = key !== undefined ? /(?:app_?key|\bkey)["'\s:=]+["']?([\w-]{3,})/i.exec(body)?.[1] : undefined;
    if (other !== undefined && other !== key)
      return proven(`the running configuration (${from}) contains another application key than the script`);
  }
  return undefined;
}
