/** Small questions to the running proxies that need no browser. */
import assert from 'node:assert/strict';
import { type Check, check } from 'sintoma';
import { PROXIES } from './expected.ts';
import { PROGRAMS } from './versions.ts';

const checks: Check[] = [
  check('gateways/check-versions', {
    title: 'the proxies are of the versions that docs/proxies.md names',
    async run(reach) {
      const read = await Promise.all(
        PROXIES.map(async (proxy) => {
          const { name, version, command } = PROGRAMS[proxy];
          const said = await reach.exec(proxy, command);
          const [, minor, patch] = /(\d+\.\d+)(\.\d+)?/.exec(said) ?? [];
          assert.equal(minor, version, `${name} says: ${said.trim()}`);
          return `${name} ${minor}${patch ?? ''}`;
        }),
      );
      return read.join(', ');
    },
  }),
];
export default checks;
