// What others recorded of systems that no scenario describes: each is visited with recordHar and tracing, ended, and
// diagnosed from the two files alone.
import { expect, test } from '@playwright/test';
import type { Diagnosis } from '../../harness/diagnosis/diagnose.ts';
import { needAuthority, useAuthority } from './authority.ts';
import { captured } from './capturing.ts';
import { backends } from './systems/backend.ts';
import { healthy } from './systems/healthy.ts';
import { network } from './systems/network.ts';
import { pages } from './systems/page.ts';
import { policies } from './systems/policy.ts';
import { protocols } from './systems/protocols.ts';
import { variations } from './systems/variations.ts';
import { proxies } from './systems/proxy.ts';
import type { Unseen } from './systems/unseen.ts';

const ALL: readonly Unseen[] = [
  ...backends,
  ...healthy,
  ...network,
  ...pages,
  ...policies,
  ...protocols,
  ...variations,
  ...proxies,
];

// These tests make their own traces.
test.use({ trace: 'off' });

type Answer = 'named' | 'unknown';

/**
 * Whether the cause is named from the HAR file, and from the trace; the latter has the console. Unknown where only a
 * question to the system tells the cause from its look-alikes, or the file lacks what shows it.
 */
const ANSWERS: Readonly<Record<string, { har: Answer; trace: Answer }>> = {
  'Socket.IO message above the limit, by polling': { har: 'named', trace: 'named' },
  'namespace that nobody registered': { har: 'named', trace: 'named' },
  'token that has expired, told in a frame': { har: 'named', trace: 'named' },
  'subprotocol that the server does not know': { har: 'named', trace: 'named' },
  'certificate of last month, on the API': { har: 'named', trace: 'named' },
  'policy in a meta element forbids the event stream': { har: 'named', trace: 'named' },
  'polling page on HTTPS, API by http': { har: 'named', trace: 'named' },
  'HTTPS page with a plain socket': { har: 'unknown', trace: 'named' },
  'header that the preflight does not allow': { har: 'unknown', trace: 'named' },
  'token of another secret, 403 at the handshake': { har: 'unknown', trace: 'unknown' },
  'page that asks for a password before it connects': { har: 'unknown', trace: 'unknown' },
  'raw WebSocket, published message arrives': { har: 'unknown', trace: 'unknown' },
  'event stream': { har: 'unknown', trace: 'unknown' },
};

/** SINTOMA_CAPTURES=all tries all systems, of which none may get a wrong cause. */
const wanted = process.env.SINTOMA_CAPTURES === 'all' ? ALL : ALL.filter(({ name }) => name in ANSWERS);

const authorityOf = useAuthority();

const answerOf = ({ verdict, cause }: Diagnosis): string => (verdict === 'faulty' ? (cause ?? '') : verdict);

test('the systems are those that there are', () => {
  expect(Object.keys(ANSWERS).filter((name) => !ALL.some((system) => system.name === name))).toEqual([]);
});

for (const system of wanted) {
  test(`from files – ${system.expect}: ${system.name}`, async () => {
    const authority = authorityOf();
    needAuthority(authority);
    const found = await captured(system, authority);
    const { [system.name]: answers } = ANSWERS;
    for (const kind of ['har', 'trace'] as const) {
      const { diagnosis } = found[kind];
      const summary = `${kind}: ${JSON.stringify({ candidates: diagnosis.candidates, because: diagnosis.because })}`;
      const named = { named: [system.expect], unknown: ['inconclusive'] };
      const right = answers ? named[answers[kind]] : ['inconclusive', system.expect];
      expect(right, summary).toContain(answerOf(diagnosis));
      // Nobody was asked: what has an answer was read from the file.
      const asked = diagnosis.probes.filter(
        ({ question, answer }) =>
          !question.startsWith('what do the scripts') && !answer.includes('nothing is asked about a file'),
      );
      expect(asked).toEqual([]);
    }
  });
}
