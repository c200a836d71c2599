// Files that are wrong: each one a message that names the file and the key.
import path from 'node:path';
import { UserError } from '../../harness/common/errors.ts';
import { SCENARIOS } from '../../harness/common/paths.ts';
import { edit, scenario, type ScenarioInput } from 'sintoma';
import { readScenario, readTopology } from '../../harness/scenario/read.ts';
import { verdictOf } from '../../harness/scenario/schema.ts';
import { sintoma } from './support/command.ts';
import type { Copy } from './support/project.ts';
import { expect, test } from './support/test.ts';

const channel = { publish: async () => ({ ok: true }), control: () => 'no broker' as const };
const TOPOLOGY = readTopology(
  {
    compose: '../../compose/balancas/compose.yaml',
    faults: '../../compose/balancas/faults',
    documents: { balancas: 120 },
    data: async () => 'loaded',
    channels: { public: channel, private: channel },
  },
  path.join(SCENARIOS, 'balancas/topology.ts'),
  'balancas',
);
const FILE = path.join(SCENARIOS, 'balancas/case.scenario.ts');

const INPUT: ScenarioInput = {
  title: 'A case.',
  document: { name: 'balancas', lines: [7, 11] },
  faults: ['https-bundle'],
  visit: 'http://178.156.176.145/',
  console: [],
  requests: [],
  sockets: [],
  delivery: { public: 'live', api: 'loaded' },
  cause: 'tls-port-closed',
};

const read = (written: unknown): ReturnType<typeof readScenario> => readScenario(written, FILE, TOPOLOGY);

/** What a file that exports this is told. */
function refusal(written: unknown): UserError {
  try {
    read(written);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const repair = { title: 'repair', delivery: { public: 'live' } } as const;

test.describe('a scenario', () => {
  // On Node 20, Playwright may know the source map of a module only after it has run.
  test('tells where it is written by what is known when it is read', () => {
    const written = scenario('balancas/a-case', INPUT);
    const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace') ?? {};
    Error.prepareStackTrace = () => `Error\n    at ${FILE}:18:2`;
    try {
      expect(read(written).at).toBe(`${FILE}:18:2`);
    } finally {
      Object.defineProperty(Error, 'prepareStackTrace', before);
    }
  });

  test('is read, with what it leaves out', () => {
    expect(read(scenario('balancas/a-case', INPUT))).toMatchObject({
      id: 'balancas/a-case',
      topology: 'balancas',
      file: 'scenarios/balancas/case.scenario.ts',
      without: [],
      signedIn: true,
      clients: 1,
      messages: 1,
      published: true,
      repairs: [],
      tags: [],
    });
  });

  for (const name of ['Heal thy $(x)', '', '-a', '../a', 'a/b', 'ü']) {
    test(`whose id ends in "${name}" is refused`, () => {
      expect(refusal(scenario(`balancas/${name}`, INPUT)).message).toContain(
        `: id: "${name}" is no name: letters, digits, "-", "_" and "." make one`,
      );
    });
  }

  const cases: [what: string, change: object, key: string, message: RegExp][] = [
    ['unknown cause', { cause: 'gremlins' }, 'cause', /"gremlins" is not in the catalogue of causes/],
    ['unknown cause from outside', { causeFromOutside: 'gremlins' }, 'causeFromOutside', /invalid/i],
    ['fault without a file', { faults: ['no-such'] }, 'faults', /no compose\/balancas\/faults\/no-such\.yaml/],
    [
      'fault without a file in a repair',
      { repairs: [{ ...repair, steps: [edit('no-such')] }] },
      'faults',
      /no compose\/balancas\/faults\/no-such\.yaml/,
    ],
    ['document that the topology does not have', { document: { name: 'renum', lines: [1, 2] } }, 'document', /"renum"/],
    ['lines beyond the document', { document: { name: 'balancas', lines: [7, 121] } }, 'document', /7–121 .* 120/],
    ['lines in the wrong order', { document: { name: 'balancas', lines: [11, 7] } }, 'document', /11–7/],
    ['line zero', { document: { name: 'balancas', lines: [0, 7] } }, 'document.lines.0', /1/],
    [
      'lines of a repair beyond the document',
      { repairs: [{ ...repair, steps: [], document: [119, 130] }] },
      'document',
      /119–130/,
    ],
    ['channel that does not exist', { delivery: { presence: 'live' } }, 'delivery', /"presence" is none of public/],
    [
      'channel that does not exist in a repair',
      { repairs: [{ ...repair, steps: [], delivery: { presence: 'live' } }] },
      'delivery',
      /"presence"/,
    ],
    ['unknown outcome', { delivery: { public: 'soon' } }, 'delivery.public', /./],
    ['unknown key', { fault: 'https-bundle' }, '', /"fault"/],
    ['unknown key of a line', { console: [{ level: 'error', text: 'x', uri: 'y' }] }, 'console.0', /"uri"/],
    ['unknown level', { console: [{ level: 'fatal', text: 'x' }] }, 'console.0.level', /"error"/],
    ['address that is none', { visit: 'the page' }, 'visit', /URL/],
    ['missing key', { sockets: undefined }, 'sockets', /array/],
    ['tag without @', { tags: ['slow'] }, 'tags.0', /@/],
    [
      'count that contradicts itself',
      { console: [{ level: 'error', text: 'x', times: 2, many: true }] },
      'console.0',
      /exclude/,
    ],
    [
      'period of something that is not repeated',
      { console: [{ level: 'error', text: 'x', everyMs: 5 }] },
      'console.0',
      /many/,
    ],
    ['part that is the whole', { delivery: { public: { shown: 2, of: 2 } } }, 'delivery.public', /./],
    ['unknown step', { after: [{ reboot: true }] }, 'after.0', /./],
  ];
  for (const [what, change, key, message] of cases) {
    test(`${what}: file, scenario and key are named`, () => {
      const error = refusal({ id: 'balancas/a-case', input: { ...INPUT, ...change }, at: '' });
      expect(error.message).toContain(
        `scenarios/balancas/case.scenario.ts: balancas/a-case: ${key === '' ? '' : `${key}: `}`,
      );
      expect(error.message).toMatch(message);
      expect(`${error.message}\n${error.hint ?? ''}`.trim().split('\n').length).toBeLessThanOrEqual(2);
      expect(error.exitCode).toBe(1);
    });
  }

  test('of another topology', () => {
    expect(refusal(scenario('renum/a-case', INPUT)).message).toMatch(/id: must begin with "balancas\/"/);
  });

  for (const exported of [undefined, null, 42, {}, { id: 7 }, 'balancas/a-case']) {
    test(`${JSON.stringify(exported)} is no scenario`, () => {
      expect(refusal(exported).message).toMatch(/^scenarios\/balancas\/case\.scenario\.ts: .*: id: a file exports/);
    });
  }
});

test('deciders give a verdict together', () => {
  const given = (...stances: ('shows' | 'contradicts' | 'corrects')[]): string =>
    verdictOf(stances.map((stance) => ({ stance })));
  expect(given()).toBe('not checkable');
  expect(given('shows', 'shows')).toBe('holds');
  expect(given('contradicts')).toBe('refuted');
  expect(given('corrects')).toBe('holds with a correction');
  expect(given('shows', 'contradicts')).toBe('holds with a correction');
});

const TOPOLOGY_FILE = 'scenarios/tiny/topology.ts';
const SCENARIO_FILE = 'scenarios/tiny/tiny.scenario.ts';

test.describe('a project', () => {
  const cases: [what: string, spoil: (copy: Copy) => void, message: RegExp][] = [
    [
      'two scenarios with one id',
      (copy) => copy.replace(SCENARIO_FILE, "scenario('tiny/live-off'", "scenario('tiny/healthy'"),
      /^sintoma: scenarios\/tiny\/tiny\.scenario\.ts: tiny\/healthy: id: already defined in scenarios\/tiny\/tiny\.scen/,
    ],
    [
      'a scenario with an unknown cause',
      (copy) => copy.replace(SCENARIO_FILE, "'backend-endpoint-missing'", "'gremlins'"),
      /^sintoma: scenarios\/tiny\/tiny\.scenario\.ts: tiny\/live-off: cause: "gremlins"/,
    ],
    [
      'a scenario file that is no TypeScript',
      (copy) => copy.write('scenarios/tiny/broken.scenario.ts', 'export default scenario(\n'),
      /^sintoma: scenarios\/tiny\/broken\.scenario\.ts:2:1: /,
    ],
    [
      'a scenario file that imports what is not there',
      (copy) => copy.write('scenarios/tiny/broken.scenario.ts', "import './nowhere.ts';\n"),
      /^sintoma: scenarios\/tiny\/broken\.scenario\.ts: .*nowhere/,
    ],
    [
      'a topology whose compose.yaml is not there',
      (copy) => copy.replace(TOPOLOGY_FILE, 'compose/tiny/compose.yaml', 'compose/tiny/docker.yaml'),
      /^sintoma: scenarios\/tiny\/topology\.ts: compose: there is no file compose\/tiny\/docker\.yaml/,
    ],
    [
      'a variant of no scenario',
      (copy) =>
        copy.replace(
          TOPOLOGY_FILE,
          'documents:',
          "variants: { by: 'proxy', rows: [{ wrong: 'All.', cells: { nginx: { scenario: 'nowhere' } } }] },\n  documents:",
        ),
      /^sintoma: scenarios\/tiny\/topology\.ts: variants: All\.: nginx: no scenario "tiny\/nowhere"$/,
    ],
    [
      'a topology with a key that does not exist',
      (copy) => copy.replace(TOPOLOGY_FILE, 'documents:', 'document:'),
      /^sintoma: scenarios\/tiny\/topology\.ts: .*"document"/,
    ],
    [
      'a scenario that states data of which the topology says nothing',
      (copy) => copy.replace(TOPOLOGY_FILE, 'data: dataState(),', ''),
      /^sintoma: scenarios\/tiny\/tiny\.scenario\.ts: tiny\/healthy: delivery: "api" needs `data`/,
    ],
    [
      'a claim that nothing decides',
      (copy) =>
        copy.write(
          'scenarios/tiny/claims.ts',
          "export default [{ id: 'tiny/1', document: 'tiny', lines: [1, 1], says: 'A.', verdict: 'holds', found: 'B.', decidedBy: [{ id: 'tiny/no-such', stance: 'shows' }] }];\n",
        ),
      /^sintoma: scenarios\/tiny\/claims\.ts: tiny\/1: decidedBy: no scenario or check "tiny\/no-such"/,
    ],
    [
      'a verdict that is another one than its deciders give',
      (copy) =>
        copy.write(
          'scenarios/tiny/claims.ts',
          "export default [{ id: 'tiny/1', document: 'tiny', lines: [1, 1], says: 'A.', verdict: 'holds', found: 'B.', decidedBy: [{ id: 'tiny/healthy', stance: 'contradicts' }] }];\n",
        ),
      /^sintoma: scenarios\/tiny\/claims\.ts: tiny\/1: verdict: "holds", but "refuted": tiny\/healthy contradicts it/,
    ],
    [
      'a claim that is not checkable for no reason',
      (copy) =>
        copy.write(
          'scenarios/tiny/claims.ts',
          "export default [{ id: 'tiny/1', document: 'tiny', lines: [1, 1], says: 'A.', verdict: 'not checkable', found: '', decidedBy: [] }];\n",
        ),
      /^sintoma: scenarios\/tiny\/claims\.ts: tiny\/1: found: /,
    ],
    [
      "a claim that holds by nobody's decision",
      (copy) =>
        copy.write(
          'scenarios/tiny/claims.ts',
          "export default [{ id: 'tiny/1', document: 'tiny', lines: [1, 1], says: 'A.', verdict: 'holds', found: 'B.', decidedBy: [] }];\n",
        ),
      /^sintoma: scenarios\/tiny\/claims\.ts: tiny\/1: .*not checkable/,
    ],
  ];
  for (const [what, spoil, message] of cases) {
    test(`${what}: one or two lines, status 1, no stack trace`, async ({ copy }) => {
      spoil(copy);
      const { status, out, err } = await sintoma(['list'], copy.env);
      expect(err).toMatch(message);
      expect(err.split('\n').length).toBeLessThanOrEqual(2);
      expect(err).not.toMatch(/^\s+at /m);
      expect(out).toBe('');
      expect(status).toBe(1);
    });
  }

  const resolved: [what: string, spoil: (copy: Copy) => void, message: RegExp][] = [
    [
      'a fault that changes nothing',
      (copy) => copy.write('compose/tiny/faults/idle.yaml', 'services: {web: {environment: {LIVE: "on"}}}\n'),
      /^sintoma: compose\/tiny\/faults\/idle\.yaml: changes nothing/m,
    ],
    [
      'a fault whose address leads where it led before',
      (copy) => copy.write('compose/tiny/faults/idle.yaml', 'x-addresses: {"tiny.test:80": "web:80"}\n'),
      /^sintoma: compose\/tiny\/faults\/idle\.yaml: changes nothing/m,
    ],
    [
      'an empty fault',
      (copy) => copy.write('compose/tiny/faults/idle.yaml', '# nothing\n'),
      /^sintoma: compose\/tiny\/faults\/idle\.yaml: /m,
    ],
    [
      'a fault that is no YAML',
      (copy) => copy.write('compose/tiny/faults/idle.yaml', 'services: [web\n'),
      /^sintoma: compose\/tiny\/faults\/idle\.yaml:2:1: /m,
    ],
    [
      'a fault with a key that Compose does not know',
      (copy) => copy.write('compose/tiny/faults/idle.yaml', 'services: {web: {enviroment: {LIVE: "off"}}}\n'),
      /^sintoma: compose\/tiny\/compose\.yaml \+ compose\/tiny\/faults\/idle\.yaml: .*enviroment/m,
    ],
    [
      'an address that leads to a service which does not exist',
      (copy) => copy.write('compose/tiny/faults/idle.yaml', 'x-addresses: {"tiny.test:80": "nginx:80"}\n'),
      /^sintoma: compose\/tiny.*: x-addresses: tiny\.test:80 leads to "nginx", which is no service/m,
    ],
    [
      'an address without a destination',
      (copy) => copy.write('compose/tiny/faults/idle.yaml', 'x-addresses: {"tiny.test:80": nowhere}\n'),
      /^sintoma: compose\/tiny\/faults\/idle\.yaml: x-addresses: tiny\.test:80: "nowhere" is no destination/m,
    ],
    [
      'a service that does not exist, and that is expected not to become ready',
      (copy) => copy.replace(SCENARIO_FILE, "faults: ['live-off'],", "faults: ['live-off'], without: ['apache'],"),
      /^sintoma: scenarios\/tiny\/tiny\.scenario\.ts: tiny\/live-off: without: "apache" is no service of compose\/tiny/m,
    ],
    [
      'a service that does not exist, in a wait',
      (copy) =>
        copy
          .replace(SCENARIO_FILE, 'edit(), up()', "edit(), up(), answers('apache', 80, '/')")
          .replace(SCENARIO_FILE, 'answered,', 'answered, answers,'),
      /^sintoma: scenarios\/tiny\/tiny\.scenario\.ts: tiny\/live-off: answers: "apache" is no service of compose\/tiny/m,
    ],
    [
      'a service that does not exist',
      (copy) =>
        copy
          .replace(SCENARIO_FILE, 'edit(), up()', "edit(), up(), restart('apache')")
          .replace(SCENARIO_FILE, 'edit,', 'edit, restart,'),
      /^sintoma: scenarios\/tiny\/tiny\.scenario\.ts: tiny\/live-off: restart: "apache" is no service of compose\/tiny\/compose\.yaml/m,
    ],
  ];
  for (const [what, spoil, message] of resolved) {
    test(`${what}: set-up says so`, async ({ copy }) => {
      spoil(copy);
      const { status, err } = await sintoma(['setup', 'tiny'], copy.env);
      expect(err).toMatch(message);
      expect(err).not.toMatch(/^\s+at /m);
      expect(status).toBe(1);
    });
  }

  test('the fixture itself is right', async ({ copy }) => {
    const { status, out } = await sintoma(['list', '--json'], copy.env);
    expect(status).toBe(0);
    expect((JSON.parse(out) as { id: string }[]).map(({ id }) => id)).toEqual(['tiny/healthy', 'tiny/live-off']);
  });
});
