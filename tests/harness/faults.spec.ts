// Every fault file: Compose takes it, it changes something, and it is one edit.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { editOf } from '../../harness/suite/edit.ts';
import { resolveProject } from '../../harness/topology/compose.ts';
import { faultFile, faultNames } from '../../harness/topology/deployment.ts';
import { stepsOf } from '../../harness/scenario/read.ts';
import { topologyNames } from '../../harness/scenario/project.ts';
import { loadDefinition, loadTopology } from '../../harness/scenario/load.ts';
import type { ResolvedProject, ResolvedService } from '../../harness/topology/compose.ts';
import { expect, test } from './support/test.ts';

/** One place in which two resolved projects differ. */
interface Change {
  /** What is changed: a service's part, or `addresses`, `networks`, `volumes`. */
  place: string;
  /** Equal for changes that are one and the same decision, made in several places. */
  decision: string;
}

const MAPS = ['environment', 'args'] as const;

/** Keys at which two maps differ. */
function differing(a: object = {}, b: object = {}): string[] {
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.filter((key) => !isDeepStrictEqual(left[key], right[key]));
}

/** The image that a service runs: services of one image may be changed alike. */
const imageOf = (service: ResolvedService | undefined): string => service?.build?.context ?? service?.image ?? '';

/** What differs in one service: whole values, but each variable of an environment or of build arguments by itself. */
function serviceChanges(name: string, before: ResolvedService = {}, after: ResolvedService = {}): Change[] {
  const flat = ({ build, ...rest }: ResolvedService): Record<string, unknown> => ({ ...rest, ...build });
  const [left, right] = [flat(before), flat(after)];
  const image = imageOf(after) || imageOf(before);
  return differing(left, right).flatMap((part): Change[] => {
    if (!(MAPS as readonly string[]).includes(part)) {
      return [{ place: `${name}.${part}`, decision: `${image} ${part} ${JSON.stringify(right[part])}` }];
    }
    const [variables, values] = [left[part] ?? {}, (right[part] ?? {}) as Record<string, string | null>];
    return differing(variables, values).map((variable) => ({
      place: `${name}.${part}.${variable}`,
      // A panel hands a variable to the build and to the container: unset there may be empty here.
      decision: `${image} ${variable}=${values[variable] ?? ''}`,
    }));
  });
}

function changes(healthy: ResolvedProject, faulty: ResolvedProject): Change[] {
  const services = [...new Set([...Object.keys(healthy.services), ...Object.keys(faulty.services)])];
  return [
    ...services.flatMap((name) => serviceChanges(name, healthy.services[name], faulty.services[name])),
    ...(['networks', 'volumes', 'standIns'] as const).flatMap((part) =>
      differing(healthy[part], faulty[part]).map((key) => ({ place: `${part}.${key}`, decision: `${part} ${key}` })),
    ),
    ...differing(healthy.addresses, faulty.addresses)
      // No name resolves that is not listed: to list one as such changes nothing.
      .filter((key) => healthy.addresses[key] !== undefined || faulty.addresses[key] !== 'no-record')
      // The ports of one name may change together: that is one change of one record.
      .map((key) => ({ place: `addresses.${key}`, decision: `addresses ${key.slice(0, key.lastIndexOf(':'))}` })),
  ];
}

/** Faults that take more than one decision, and why that is still one fault. */
const MORE_THAN_ONE: Readonly<Record<string, string>> = {
  'balancas/https-given-up': 'the HTTPS proxy goes, and with it where the domain leads',
  'balancas/nginx-not-restarted': 'a recreated container: one goes, and the same one comes at another address',
  'balancas/reverb-port-in-browser': 'a port and the scheme that is spoken on it',
  'easypanel-crm/backend-port-mismatch': 'another port, and its publication, which the control subscriber needs',
  'easypanel-crm/backend-silent': 'a firewall: the program that sets it up, and the capability',
  'easypanel-crm/both-urls-unset': 'the documented case is that of both variables',
  'easypanel-crm/credentials-with-origin': 'a permission of CORS that is made of an origin and a flag',
  'easypanel-crm/redis-adapter': 'goes over two-replicas, whose second replica it must name',
  'easypanel-crm/sticky-cookie-with-credentials': 'goes over two-replicas: a cookie, and what lets a page send it',
  'easypanel-crm/slow-handshake': 'no fault: a program that makes handshakes slow, and the option that loads it',
  'veloflux/slow-handshake': 'no fault: a server between page and backend that makes connections slow',
  'easypanel-crm/two-replicas':
    'a second replica: its container, its place behind the proxy, and one database for both',
  'gateways/app-stopped': 'a program that goes, and its host, whose name remains',
  'renum/api-firewalled': 'a firewall: a container that accepts nothing, and the address that leads to it',
  'renum/cors-origin-missing': 'one list of origins, which the backend takes as names and as an expression',
  'renum/developer-machine': 'another visitor: the machine at localhost, and the mode in which it runs',
  'renum/local-page-against-production': 'another visitor: the machine at localhost, and the pages that it serves',
  'gateways/app-silent': 'the application is away, and what is in its place takes connections and answers none',
  'renum/preview-redeployed': 'a deployment that is new: its container, its address, and the old one as it was built',
  'renum/variable-renamed': 'one name of a variable becomes another',
  'renum/variable-unset': 'the variable and what the code falls back to without it',
  'veloflux/bundle-localhost': "localhost is the visitor's own machine, where the documented setting leads",
};

const deployments = (await Promise.all(topologyNames().map(loadDefinition))).map(({ deployment }) => deployment);

for (const deployment of deployments) {
  const topology = deployment.name;

  test.describe(topology, () => {
    for (const fault of faultNames(deployment)) {
      const id = `${topology}/${fault}`;

      test(`${id} is valid, says what it is, and is one edit of the healthy system`, async () => {
        const file = faultFile(deployment, fault);
        const comment = /^# .+/.exec(readFileSync(file, 'utf8'))?.[0];
        expect(comment, 'its first line says what it is').toMatch(/\w+ \w+/);
        const [healthy, faulty] = await Promise.all([
          resolveProject(deployment, []),
          resolveProject(deployment, [file]),
        ]);
        const found = changes(healthy, faulty);
        expect(found, 'it changes something').not.toEqual([]);
        const decisions = new Set(found.map(({ decision }) => decision));
        const places = found.map(({ place }) => place).join('\n  ');
        const stated = id in MORE_THAN_ONE ? 'more than one, as listed' : 'one';
        const is = decisions.size > 1 ? `more than one${id in MORE_THAN_ONE ? ', as listed' : ''}` : 'one';
        expect(is, `decisions of ${file}:\n  ${places}`).toBe(stated);
      });
    }

    test('every fault is played by a scenario, a repair or a check', async () => {
      const { scenarios, checks } = await loadTopology(topology);
      const steps = scenarios.flatMap(stepsOf);
      const played = new Set([
        ...scenarios.flatMap(({ faults }) => faults),
        ...checks.flatMap(({ faults }) => faults ?? []),
        ...steps.flatMap((step) => ('edit' in step ? step.edit : [])),
      ]);
      expect(faultNames(deployment).filter((fault) => !played.has(fault))).toEqual([]);
    });
  });
}

test('the list of exceptions names faults that exist', () => {
  const known = deployments.flatMap((deployment) =>
    faultNames(deployment).map((fault) => `${deployment.name}/${fault}`),
  );
  expect(Object.keys(MORE_THAN_ONE).filter((id) => !known.includes(id))).toEqual([]);
});

test('what a fault changes in the text of a documented file is shown as its lines', async () => {
  const deployment = deployments.find(({ name }) => name === 'gateways');
  if (!deployment) throw new Error('no gateways');
  const edit = await editOf(deployment, ['nginx-without-upgrade'], []);
  const changed = edit.split('\n').filter((line) => /^[-+](?![-+])/.test(line));
  expect(changed.map((line) => line.replace(/\s+/g, ' '))).toEqual(['- proxy_set_header Upgrade $http_upgrade;']);
});
