import { cause } from '../../cause.ts';
import { label } from '../../facts/sentences.ts';
import { proven } from '../../finding.ts';
import { hostClass } from '../../urls.ts';

export default cause({
  id: 'bundle-localhost',
  hop: 'page',
  sentence: 'The page was built with a localhost address and is visited from somewhere else.',
  proof:
    'The page asks for localhost or 127.0.0.1 although it is served from another host, and the served script holds that address.',
  lookAlikes: ['local-network-access', 'edge-port-closed', 'bundle-stale', 'bundle-variable-unset'],
  repair:
    'Set the public address at build time (or derive it from window.location), rebuild, and deploy the new bundle.',
  examineTarget: (context, target) => {
    if (hostClass(target.address.host) !== 'loopback' || context.pageIsLocal || target.kind === 'document')
      return undefined;
    const bundle = context.bundle();
    const named = bundle?.urls
      .concat(bundle.literals)
      .some(
        (text) =>
          text.includes(`${target.address.host}:${target.address.port}`) || text.includes(`//${target.address.host}`),
      );
    return proven(
      `the page of ${context.page.host} asks for ${label(target)}, which is the visitor's own machine`,
      named === true && 'the served script contains that address',
    );
  },
});
