// The kill matrix: expectations that are too loose are found by the evidence of the other scenarios.
import { expect, test } from '@playwright/test';
import { answered, failedSocket, openSocket } from 'sintoma';
import type { Scenario } from '../../harness/scenario/schema.ts';
import { killMatrix, type KeptEvidence } from '../../harness/suite/kill-matrix.ts';
import { sintoma } from './support/command.ts';
import { evidence, fetched, line, PAGE, socket } from './support/evidence.ts';

const API = 'http://site.test/api/items';
const LIVE = 'ws://site.test/live';
const REFUSED = 'Error in connection establishment: net::ERR_CONNECTION_REFUSED';

const healthy: Scenario = {
  id: 'tiny/healthy',
  topology: 'tiny',
  title: 'healthy',
  document: { name: 'tiny', lines: [1, 1] },
  faults: [],
  without: [],
  visit: PAGE,
  signedIn: true,
  clients: 1,
  messages: 1,
  console: [],
  requests: [answered('GET', API, 200)],
  sockets: [openSocket(LIVE)],
  delivery: { live: 'live' },
  published: true,
  cause: 'none',
  sameSymptomAs: [],
  repairs: [],
  tags: [],
  file: 'tiny.scenario.ts',
  at: '',
};
const down: Scenario = {
  ...healthy,
  id: 'tiny/down',
  cause: 'upstream-down',
  console: [failedSocket(LIVE, REFUSED)],
  sockets: [{ url: LIVE, outcome: 'failed', error: REFUSED }],
  delivery: { live: 'never' },
};
const blocked: Scenario = { ...down, id: 'tiny/blocked', cause: 'tls-port-closed' };

const items = fetched(API, { status: 200 });
const delivery = (outcome: 'live' | 'never'): KeptEvidence['delivery'] => ({
  live: { outcome, published: [{ ok: true }], controlled: true },
});
const well: KeptEvidence = {
  scenario: healthy.id,
  evidence: evidence({ requests: [items], sockets: [socket(LIVE, { openedAt: 5 })] }),
  delivery: delivery('live'),
  named: 'none',
};
const failing = (scenario: string, named?: string): KeptEvidence => ({
  scenario,
  evidence: evidence({
    console: [line('error', `WebSocket connection to '${LIVE}' failed: ${REFUSED}`, PAGE)],
    requests: [items],
    sockets: [socket(LIVE, { error: REFUSED, closedAt: 9 })],
  }),
  delivery: delivery('never'),
  ...(named === undefined ? {} : { named }),
});
const kept = (...all: KeptEvidence[]): Map<string, KeptEvidence> => new Map(all.map((one) => [one.scenario, one]));

test('scenarios with different symptoms reject one another', () => {
  const matrix = killMatrix('tiny', [healthy, down, blocked], kept(well, failing(down.id)));
  expect(matrix).toMatchObject({ pairs: 2, accepted: 0, alike: [], overstated: [], stale: [], missing: [blocked.id] });
});

test('an expectation that is too loose accepts the evidence of another scenario, and is named', () => {
  const loose: Scenario = {
    ...healthy,
    sockets: [{ url: LIVE, outcome: 'open', may: true }, ...down.sockets.map((one) => ({ ...one, may: true }))],
    console: down.console.map((one) => ({ ...one, may: true })),
    delivery: {},
  };
  const { accepted, alike } = killMatrix('tiny', [loose, down], kept(well, failing(down.id, 'upstream-down')));
  expect(accepted).toBe(1);
  expect(alike).toEqual([
    { pair: [healthy.id, down.id], stated: false, apart: 'diagnosis', named: ['none', 'upstream-down'] },
  ]);
});

test('what the symptom does not tell apart, the diagnosis may', () => {
  const stated = { ...blocked, sameSymptomAs: [down.id] };
  const apart = (one?: string, other?: string): unknown =>
    killMatrix('tiny', [down, stated], kept(failing(down.id, one), failing(blocked.id, other))).alike;
  const pair = [down.id, blocked.id];
  expect(apart('upstream-down', 'tls-port-closed')).toMatchObject([{ pair, stated: true, apart: 'diagnosis' }]);
  expect(apart('upstream-down', 'upstream-down')).toMatchObject([{ pair, stated: true, apart: 'nothing' }]);
  expect(apart('upstream-down')).toMatchObject([{ pair, stated: true, apart: 'nothing' }]);
});

test('a stated likeness that is none is named, and so is evidence that its own scenario rejects', () => {
  const wrong = { ...down, sameSymptomAs: [healthy.id] };
  const { overstated, stale } = killMatrix('tiny', [healthy, wrong], kept(well, { ...well, scenario: down.id }));
  expect({ overstated, stale }).toEqual({ overstated: [], stale: [down.id] });
  expect(killMatrix('tiny', [healthy, wrong], kept(well, failing(down.id))).overstated).toEqual([
    [healthy.id, down.id],
  ]);
});

test('without evidence the command says what to run', async ({}, testInfo) => {
  const { status, err } = await sintoma(['matrix'], { SINTOMA_REPORTS: testInfo.outputPath('none') });
  expect(status).toBe(1);
  expect(err).toMatch(/matrix: no evidence under .*none[\s\S]*run: npx playwright test/);
});
