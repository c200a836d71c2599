import { cause } from '../../cause.ts';
import { seenError } from '../../facts/answers.ts';
import { finding, possible } from '../../finding.ts';
import { hostClass, placeholderIn } from '../../urls.ts';

export default cause({
  id: 'dns-no-record',
  hop: 'dns',
  sentence: 'The host name does not resolve.',
  proof: 'Name resolution answers NXDOMAIN or no address, in the browser and outside.',
  lookAlikes: ['bundle-variable-unset', 'bundle-wrong-host', 'bundle-stale', 'page-stale-cache'],
  repair: 'Create the A, AAAA or CNAME record, or correct the name in the page.',
  examineTarget: (context, target) => {
    if (seenError(target) !== 'NAME_NOT_RESOLVED' && seenError(target) !== 'NAME_RESOLUTION_FAILED') return undefined;
    const { host, port } = target.address;
    const dns = context.ask({ ask: 'dns', host, port });
    if (dns && dns.addresses.length > 0)
      return possible(`the browser could not resolve ${host}; outside the browser it now resolves`);
    const ownMistake =
      placeholderIn(target.url) !== undefined ||
      hostClass(host) === 'single-label' ||
      hostClass(host) === 'loopback' ||
      /pusher\.com$/.test(host);
    return finding(
      ownMistake ? 'possible' : dns ? 'proven' : 'likely',
      `the browser could not resolve ${host}`,
      dns && 'name resolution outside the browser finds no address either',
    );
  },
  excluded: (context) => {
    const host = context.mainFailure?.address.host;
    const unresolved = context.failed.some((target) => /NAME_NOT/.test(seenError(target) ?? ''));
    return host !== undefined && !unresolved ? `the browser resolved ${host}` : undefined;
  },
});
