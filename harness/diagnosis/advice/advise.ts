/** The advice that fits a system: for the programs that were recognised on the way of a target. */
import type { CauseId } from '../../causes/causes.ts';
import type { RuleContext } from '../context.ts';
import type { Program } from '../readings.ts';
import { isReadingOf } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { parseAddress } from '../urls.ts';
import type { Mark, ProgramName, Sign } from './programs.ts';
import { PROGRAMS } from './programs.ts';
import { ADVICE } from './table.ts';

/** What to change in a program. */
export interface Advice {
  program: ProgramName;
  change: string;
  /** The address of its documentation. */
  see: string;
}

/** The advice for a cause, of the programs that were recognised; empty where none was. */
export function adviceFor(context: RuleContext, cause: CauseId, target: Target | undefined): Advice[] {
  const known = target ? recognised(context, target) : new Set<ProgramName>();
  return ADVICE.filter(
    ({ program, causes, behindTls }) =>
      causes.includes(cause) && known.has(program) && (behindTls !== true || context.page.secure),
  ).map(({ program, change, see }) => ({ program, change, see }));
}

/** What the fingerprint of the first server tells, in the names of the table. */
const BY_FINGERPRINT: Partial<Record<Program, ProgramName>> = {
  nginx: 'nginx',
  apache: 'Apache',
  haproxy: 'HAProxy',
  caddy: 'Caddy',
  traefik: 'Traefik',
  envoy: 'Envoy',
  uvicorn: 'uvicorn',
  gunicorn: 'gunicorn',
  kestrel: 'ASP.NET',
  reverb: 'Laravel Reverb',
};

interface Answered {
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The programs that answer for the target's host and port, by their answers and by the address of the target. */
export function recognised(context: RuleContext, target: Target): ReadonlySet<ProgramName> {
  const { host, port, secure, path, query } = target.address;
  const isHere = (url: string): boolean => {
    const address = parseAddress(url);
    return address?.host === host && address.port === port;
  };
  const answers: Answered[] = [
    ...context.evidence.requests
      .filter(({ url }) => isHere(url))
      .map(({ headers = {}, body = '', type }) => ({ headers, body: type === 'script' ? '' : body })),
    ...context.known.readings.flatMap((reading) =>
      (isReadingOf(reading, 'http') || isReadingOf(reading, 'handshake')) && isHere(reading.question.url)
        ? [reading.answer]
        : [],
    ),
  ];
  const protocols = target.attempts.flatMap((attempt) => attempt.protocols);
  const said = target.symptom?.is === 'refused' ? target.symptom.text : '';
  const texts: Readonly<Record<(Sign | Mark)['in'], readonly string[]>> = {
    server: answers.flatMap(({ headers }) => headers.server ?? []),
    'powered-by': answers.flatMap(({ headers }) => headers['x-powered-by'] ?? []),
    via: answers.flatMap(({ headers }) => headers.via ?? []),
    body: [...answers.map(({ body }) => body.trim()), said],
    path: [path],
    query: [query],
    protocol: protocols,
  };
  const found = new Set<ProgramName>();
  for (const [name, signs] of Object.entries(PROGRAMS) as [ProgramName, readonly (Sign | Mark)[]][])
    if (signs.some((sign) => texts[sign.in].some((text) => sign.pattern.test(text)))) found.add(name);
  const first = context.peek({ ask: 'fingerprint', host, port, secure })?.program;
  const byFingerprint = first === undefined || first === 'unknown' ? undefined : BY_FINGERPRINT[first];
  if (byFingerprint) found.add(byFingerprint);
  if (target.kind === 'engine.io' && !found.has('python-socketio')) found.add('Socket.IO');
  return found;
}
