// Advice: the repair names the program that was recognised, and nothing of one program is told to users of another.
import { expect, test } from '@playwright/test';
import { CAUSE_IDS, type CauseId } from '../../harness/causes/causes.ts';
import { adviceFor } from '../../harness/diagnosis/advice/advise.ts';
import { PROGRAM_NAMES } from '../../harness/diagnosis/advice/programs.ts';
import { ADVICE } from '../../harness/diagnosis/advice/table.ts';
import { CAUSES } from '../../harness/diagnosis/causes/index.ts';
import { RuleContext } from '../../harness/diagnosis/context.ts';
import type { Program, Reading } from '../../harness/diagnosis/readings.ts';
import { PAGE, evidence, fetched, socket } from './support/evidence.ts';

test('every row is a sentence with a setting and an https address, and no row stands twice', () => {
  for (const { program, causes, change, see } of ADVICE) {
    expect(change, program).toMatch(/^[A-Z].*\.$/);
    expect(new URL(see).protocol, program).toBe('https:');
    expect(causes.length, program).toBeGreaterThan(0);
  }
  const keys = ADVICE.flatMap(({ program, causes }) => causes.map((cause) => `${program} ${cause}`));
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

test('what is said of a cause in general names no program and no directive of one', () => {
  const directives = /\b(proxy|limit|client_max)_\w+|X-Accel|flush_interval|ip_hash|maxconn|\w+_(HOST|CONNECTION)\b/;
  for (const id of CAUSE_IDS) {
    const { repair } = CAUSES[id];
    expect(repair, id).not.toMatch(directives);
    // “Socket.IO” is the name of a protocol as well.
    for (const name of PROGRAM_NAMES.filter((one) => one !== 'Socket.IO')) expect(repair, id).not.toContain(name);
  }
});

/** The programs whose advice is given for a cause, where answers carry these headers and bodies. */
function advised(
  cause: CauseId,
  {
    url = 'ws://site.test/ws',
    protocols = [] as string[],
    headers = {},
    body = '',
    first = 'unknown' as Program | 'unknown',
  },
): string[] {
  const readings: Reading[] = [
    {
      question: { ask: 'handshake', url, origin: 'http://site.test' },
      answer: { state: 'answered', status: 403, headers, body, ms: 1, frames: [] },
      ms: 1,
    },
    { question: { ask: 'fingerprint', host: 'site.test', port: 80, secure: false }, answer: { program: first }, ms: 1 },
  ];
  const context = new RuleContext({
    evidence: evidence({
      requests: [fetched(PAGE, { type: 'document', status: 200, mimeType: 'text/html' })],
      sockets: [
        socket(url, {
          closedAt: 9,
          protocols,
          error: 'Error during WebSocket handshake: Unexpected response code: 403',
        }),
      ],
    }),
    readings,
    addresses: [],
  });
  return adviceFor(context, cause, context.mainFailure).map(({ program }) => program);
}

for (const [what, cause, shown, programs] of [
  ['nginx at the door', 'proxy-upgrade-missing', { first: 'nginx' }, ['nginx']],
  ['Apache by its header', 'proxy-host-rewritten', { headers: { server: 'Apache/2.4.57 (Debian)' } }, ['Apache']],
  ['Caddy by Via', 'proxy-path-stripped', { headers: { via: '1.1 Caddy' } }, ['Caddy']],
  [
    'nginx and Rails behind it',
    'ws-origin-rejected',
    { first: 'nginx', protocols: ['actioncable-v1-json'] },
    ['Rails'],
  ],
  ['Streamlit by its path', 'ws-origin-rejected', { url: 'ws://site.test/_stcore/stream' }, ['Streamlit']],
  ['Phoenix by its query', 'ws-origin-rejected', { url: 'ws://site.test/live/websocket?vsn=2.0.0' }, ['Phoenix']],
  ['Reverb by its header', 'ws-origin-rejected', { headers: { 'x-powered-by': 'Laravel Reverb' } }, ['Laravel Reverb']],
  ['Vite by its words', 'backend-host-refused', { body: 'add "x" to `server.allowedHosts`' }, ['Vite']],
  ['Kestrel at the door', 'broker-missing', { first: 'kestrel' }, ['ASP.NET']],
  ['nobody', 'ws-origin-rejected', {}, []],
  ['a program that has no part in the cause', 'mixed-content', { first: 'nginx' }, []],
] as const)
  test(`${what}: ${cause} is advised for ${programs.join(' and ') || 'no program'}`, () => {
    expect(advised(cause, { ...shown, protocols: 'protocols' in shown ? [...shown.protocols] : [] })).toEqual(programs);
  });
