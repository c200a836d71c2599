/** What gateways say of what is behind them. */
import { stockProgram } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import { AUTH_WORDS } from '../credentials.ts';
import type { HandshakeAnswer, HttpAnswer } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { isBeside } from '../urls.ts';
import { plainAnswer } from './answers.ts';

const UPSTREAM_WORDS =
  /\b(down|up)stream\b|\bback-?end\b|\btarget\b|\b(connection|connect) (was )?(refused|timed out)\b|\bECONN(REFUSED|RESET)\b|\bEHOSTUNREACH\b|\bETIMEDOUT\b|\bENOTFOUND\b|\b(can ?not|can.?t|could ?n.?t|could not|fail(ed|s)? to|unable to) (be )?(connect to|reach|dial|contact)|\bno route to host\b|\bunreachable\b|\bbad gateway\b|\bdial tcp\b|\b(server|service|host) (is )?(not available|unavailable|offline|down|not running)\b/i;

/** Close codes of RFC 6455 and the IANA registry: internal error, try again later, bad gateway. */
const SERVER_FAILED = [1011, 1013, 1014];

/** How soon after opening a gateway ends a connection that it cannot pass on, in ms. */
const AT_ONCE_MS = 1500;

/** What a gateway says of its upstream. */
export interface GatewayFailure {
  /** It says so in words, or with the code that means nothing else. */
  sure: boolean;
  text: string;
}

/** The connection was opened, and ended or refused at once because what is behind the gateway cannot be reached. */
export function gatewayFailure({ symptom, conversation }: Target): GatewayFailure | undefined {
  if (symptom?.is === 'refused')
    return isAboutUpstream(symptom.text)
      ? { sure: true, text: `the server says: “${symptom.text.slice(0, 140)}”` }
      : undefined;
  if (symptom?.is !== 'closed' || symptom.age > AT_ONCE_MS || conversation?.messages !== 0) return undefined;
  const { code, reason, age } = symptom;
  const text = `the connection was opened, and closed after ${age} ms with ${code}${reason ? ` “${reason.slice(0, 100)}”` : ''}`;
  if (isAboutUpstream(reason) || code === 1014) return { sure: true, text };
  return SERVER_FAILED.includes(code) && reason === '' ? { sure: false, text } : undefined;
}

const isAboutUpstream = (text: string): boolean =>
  UPSTREAM_WORDS.test(text) && !AUTH_WORDS.test(text) && !/origin\b/i.test(text);

/** So Uvicorn answers over its limit of connections (`--limit-concurrency`), here through a proxy that signs it. */
export const isOverLimit = ({ status, headers, body }: HttpAnswer | HandshakeAnswer): boolean =>
  status === 503 &&
  body.trim() === 'Service Unavailable' &&
  /^text\/plain/.test(headers['content-type'] ?? '') &&
  headers.server !== undefined;

/**
 * nginx refuses all requests of the page below a folder with 503, and a lone one after the visit as well: no limit was
 * reached, which would have let the first ones pass. The ingress of Kubernetes answers so for a service without
 * endpoints, and does not tell its version; an nginx that does has somebody else's connections, or is told to refuse.
 */
export function isRefusedAlone(context: RuleContext, target: Target): boolean {
  const passed = [target, ...context.targets.filter(({ address }) => isBeside(address, target.address))].some(
    ({ requests, attempts }) =>
      requests.some(({ status = 500 }) => status < 400) || attempts.some(({ opened }) => opened),
  );
  if (passed) return false;
  const alone = plainAnswer(context, target);
  return alone?.status === 503 && stockProgram(alone) === 'nginx' && !/>nginx\/\d/.test(alone.body);
}
