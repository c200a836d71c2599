// A scenario that starts from nothing and one that switches a running stack see the same.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Evidence } from '../../harness/browser/evidence.ts';
import type { DeliveryReading } from '../../harness/suite/deliver.ts';
import { socketOutcome } from '../../harness/scenario/fit.ts';
import { tellingRequests } from '../../harness/scenario/match.ts';
import { playwright } from './support/command.ts';
import { FIXTURE, FIXTURE_CONFIG } from './support/project.ts';
import { expect, test } from './support/test.ts';

/** What a run saw, without clocks and message texts. */
function readings(reports: string): Record<string, unknown> {
  return Object.fromEntries(
    ['healthy', 'live-off'].map((name) => {
      const text = readFileSync(path.join(reports, 'evidence/tiny', `${name}.json`), 'utf8');
      const { evidence, delivery } = JSON.parse(text) as { evidence: Evidence; delivery: DeliveryReading };
      const seen = {
        navigation: evidence.navigation,
        console: evidence.console.map((line) => [line.level, line.text]),
        requests: tellingRequests(evidence.requests).map(({ method, url, status, error }) => [
          method,
          url,
          status,
          error,
        ]),
        sockets: evidence.sockets.map((socket) => [socket.url, socketOutcome(socket), socket.error]),
        delivery: Object.fromEntries(Object.entries(delivery).map(([channel, { outcome }]) => [channel, outcome])),
      };
      return [name, seen];
    }),
  );
}

test('isolated and switched give the same readings', async ({ folder }) => {
  test.setTimeout(240_000);
  const run = async (name: string, env: NodeJS.ProcessEnv): Promise<Record<string, unknown>> => {
    const reports = path.join(folder, name);
    const paths = { SINTOMA_PROJECT: FIXTURE, SINTOMA_REPORTS: reports };
    const { status, out } = await playwright(['test', '-c', FIXTURE_CONFIG], { ...paths, ...env });
    expect(out).toContain('2 passed');
    expect(status).toBe(0);
    return readings(reports);
  };
  const [switched, isolated] = await Promise.all([run('switched', {}), run('isolated', { SINTOMA_ISOLATED: '1' })]);
  expect(isolated).toEqual(switched);
  expect(switched).toMatchObject({
    healthy: { delivery: { notes: 'live' } },
    'live-off': { delivery: { notes: 'after-reload' } },
  });
});
