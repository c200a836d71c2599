// A result as runs leave it, of as many scenarios as a test wants, with texts that mean no good.
import { HOPS } from '../../../harness/causes/causes.ts';
import type { Result, ScenarioResult, Visit } from '../../../harness/result/schema.ts';
import { bounded, BOUNDS } from '../../../harness/result/bounds.ts';

export const MARKUP = '<img src=x onerror=alert(1)><script>alert(2)</script></pre></textarea>"\' onload=alert(3)';
export const ANSI = '\u001b[31mred\u001b[0m\u0007';
export const RIGHT_TO_LEFT = '\u202egnp.exe \u200fשלום';
export const HOSTILE = `${MARKUP} ${ANSI} ${RIGHT_TO_LEFT} @someone #12`;
export const LINES = Array.from({ length: 10_000 }, (_, index) => `${index} ${HOSTILE}`).join('\n');

const STARTED = '2025-01-01T08:00:00.000Z';

const visit = (more: Partial<Visit> = {}): Visit => ({
  url: 'http://site.test/',
  startedAt: STARTED,
  ms: 1500,
  document: 'status 200',
  expected: [{ part: 'console', text: `error: ${HOSTILE}` }],
  differences: [],
  delivery: { notes: 'never', api: 'loaded' },
  console: Array.from({ length: 5 }, (_, at) => ({
    at,
    level: 'error' as const,
    text: `net::ERR_INCOMPLETE_CHUNKED_ENCODING ${HOSTILE}`,
  })),
  requests: Array.from({ length: 8 }, (_, at) => ({
    at,
    ms: 20,
    method: 'GET',
    url: `http://site.test/${'long-path/'.repeat(12)}`,
    type: 'fetch',
    status: 502,
  })),
  sockets: [
    {
      at: 5,
      ms: 10,
      url: 'ws://site.test/live',
      outcome: 'failed',
      text: 'ws://site.test/live failed',
      frames: Array.from({ length: 5 }, (_, at) => ({ at, direction: 'received' as const, text: HOSTILE })),
    },
  ],
  left: [],
  way: HOPS.map((hop, index) => ({ hop, state: index < 2 ? 'ok' : index === 2 ? 'broken' : 'not reached' })),
  ...more,
});

/** A scenario; its marks differ by its number. */
export function scenario(number: number, more: Partial<ScenarioResult> = {}): ScenarioResult {
  const topology = `system-${number % 4}`;
  return bounded(
    {
      id: `${topology}/scenario-${number}`,
      topology,
      run: 'one',
      status: number % 10 === 0 ? 'failed' : 'passed',
      startedAt: STARTED,
      ms: 9000,
      at: 'scenarios/a.scenario.ts:1:1',
      title: `What happens in it. ${HOSTILE}`,
      document: { name: 'guide', lines: [3, 5] },
      documentSays: HOSTILE,
      cause: number % 3 === 0 ? 'edge-port-closed' : 'proxy-upgrade-missing',
      sameSymptomAs: [],
      faults: [{ name: 'broken', file: 'compose/faults/broken.yaml', text: `# ${HOSTILE}\nservices: {}\n` }],
      edit: `--- healthy\n+++ broken\n@@ -1,1 +1,1 @@\n-a: 1\n+a: ${HOSTILE}\n`,
      commands: [`npx sintoma up ${topology}/scenario-${number}`],
      versions: { Chromium: '149.0' },
      steps: [{ title: `symptom: ${HOSTILE}`, startedAt: STARTED, ms: 4000 }],
      symptom: visit({ delivery: { notes: number % 2 === 0 ? 'never' : 'after-reload' } }),
      diagnosis: {
        schemaVersion: 1,
        verdict: 'faulty',
        cause: 'edge-port-closed',
        hop: 'edge',
        level: 'proven',
        confidence: 0.9,
        seen: [`socket ws://site.test/live: ${HOSTILE}`],
        because: [HOSTILE],
        ruledOut: [{ cause: 'edge-silent', because: HOSTILE }],
        candidates: [{ cause: 'edge-port-closed', level: 'proven', confidence: 0.9 }],
        repair: 'Open the port.',
        advice: [{ program: 'nginx', change: HOSTILE, see: 'https://nginx.org/' }],
        probes: [
          { ask: 'tcp', state: 'answered', question: 'does site.test:80 accept connections?', answer: 'closed', ms: 3 },
          { ask: 'tls', state: 'skipped', question: 'TLS?', answer: `not asked: ${HOSTILE}`, ms: 0 },
          { ask: 'dns', state: 'unknown', question: 'does site.test resolve?', answer: 'no answer', ms: 900 },
        ],
        way: HOPS.map((hop, index) => ({
          hop,
          state: index < 2 ? 'ok' : index === 2 ? 'broken' : 'not reached',
          text: index === 2 ? 'Nothing listens on the port.' : '',
        })),
      },
      logs: [{ service: 'proxy', at: STARTED, text: `[error] connect() failed ${HOSTILE}` }],
      asked: [{ question: 'does site.test resolve?', startedAt: STARTED, ms: 3 }],
      repairs: [{ title: `open it ${HOSTILE}`, steps: ['docker compose up'], fails: false, visit: visit() }],
      ...(number % 10 === 0 ? { error: LINES } : {}),
      ...more,
    },
    BOUNDS.file,
  );
}

/** A whole result with so many scenarios. */
export const resultOf = (number: number, more: Partial<Result> = {}): Result => ({
  schemaVersion: 1,
  version: '0.0.0',
  runs: [
    {
      id: 'one',
      startedAt: STARTED,
      ms: 1000,
      status: 'failed',
      tests: { passed: number, failed: 0, skipped: 0 },
      versions: { Node: 'v20' },
    },
  ],
  scenarios: Array.from({ length: number }, (_, index) => scenario(index)),
  checks: [
    { id: 'system-0/check', run: 'one', title: HOSTILE, status: 'passed', startedAt: STARTED, ms: 1, read: HOSTILE },
  ],
  variants: [
    {
      topology: 'system-0',
      by: 'proxy',
      rows: [
        {
          wrong: `Nothing listens. ${HOSTILE}`,
          cells: [
            { variant: 'nginx', scenario: 'system-0/scenario-0' },
            { variant: 'caddy', scenario: 'system-0/scenario-4' },
            { variant: 'haproxy', scenario: 'system-0/never-played' },
            { variant: 'apache', none: `It always listens. ${HOSTILE}` },
          ],
        },
      ],
    },
    {
      topology: 'system-9',
      by: 'proxy',
      rows: [{ wrong: 'All.', cells: [{ variant: 'nginx', scenario: 'system-9/a' }] }],
    },
  ],
  documents: [{ name: 'guide', topology: 'system-0', lines: 40 }],
  claims: [
    ['holds', 'confirmed', 3, 5],
    ['holds with a correction', 'confirmed', 9, 9],
    ['refuted', 'confirmed', 12, 14],
    ['holds', 'drifted', 20, 22],
    ['holds', 'not run', 25, 26],
    ['not checkable', 'not checkable', 30, 31],
  ].map(([verdict, state, from, to]) => ({
    id: `guide-${from}`,
    document: 'guide',
    lines: [from, to] as [number, number],
    says: HOSTILE,
    found: HOSTILE,
    verdict: verdict as 'holds',
    state: state as 'confirmed',
    decidedBy: verdict === 'not checkable' ? [] : [{ id: 'system-0/scenario-0', stance: 'shows' }],
  })),
  parts: [{ topology: 'system-0', service: 'hub', for: 'Hub 1.0', real: false, reason: HOSTILE }],
  ...more,
});
