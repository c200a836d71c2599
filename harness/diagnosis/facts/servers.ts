/** Which servers answer, and which of them wrote an answer. */
import { PROXY_PROGRAMS, kindOf, programOf, sameAnswer, titleOf } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import { unknownPathNear } from '../context.ts';
import type { Program } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { isBeside, parseAddress } from '../urls.ts';
import { addressOf, answerTo, atPath, plainAnswer } from './answers.ts';

/**
 * The front end answers with its HTML page where data or a socket is expected. A page that only this path returns
 * belongs to the endpoint itself, like the console of a GraphQL server.
 */
export function frontEndAnswers(context: RuleContext, target: Target): boolean {
  if (target.symptom?.is === 'wrong-kind') return target.symptom.html;
  const answer = answerTo(context, target);
  if (answer === undefined || kindOf(answer) !== 'page') return false;
  const title = titleOf(answer.body);
  if (title === undefined || title === context.evidence.page.title) return true;
  const unknownPath = context.getUnknownPath(addressOf(target));
  return unknownPath?.status === undefined || unknownPath.status < 400 || titleOf(unknownPath.body) === title;
}

/**
 * One program serves the front end and the API of the page: a request of the page's API that works is signed as the
 * answer of this target is, and not by a proxy; or one below the same folder is answered with data, so the proxy does
 * have a route for that folder. Undefined while the answer is not known.
 */
export function oneProgram(context: RuleContext, target: Target): boolean | undefined {
  const inFolder = target.address.path.split('/').length > 2;
  if (inFolder && context.goodApi.some(({ address }) => isBeside(address, target.address))) return true;
  const answer = answerTo(context, target);
  if (!answer) return undefined;
  const { server } = answer.headers;
  if (server === undefined || PROXY_PROGRAMS.includes(programOf({ ...answer, body: '' }) ?? 'node')) return false;
  return context.goodApi.some(
    ({ address, requests }) =>
      address.host === target.address.host &&
      address.port === target.address.port &&
      requests.at(-1)?.headers?.server === server,
  );
}

/** The target's address is that of the page itself, so there is a route for it to whoever serves the page. */
export const isPageItself = ({ page, pageLoaded }: RuleContext, { address }: Target): boolean =>
  pageLoaded && address.host === page.host && address.port === page.port && address.path === page.path;

/** The path is answered with the page of the root, which unknown paths are not: it arrives as the root. */
export function becomesRoot(context: RuleContext, target: Target): boolean {
  if (target.address.path === '/' || isPageItself(context, target) || !frontEndAnswers(context, target)) return false;
  const root = atPath(target.address, '/');
  const [answer, page, unknown] = [plainAnswer(context, target), context.get(root), context.getUnknownPath(root)];
  return (
    answer?.status === 200 &&
    page !== undefined &&
    unknown?.status !== undefined &&
    sameAnswer(answer, page) &&
    !sameAnswer(unknown, page)
  );
}

export interface FirstServer {
  /** A proxy is between the browser and the application; undefined where that is not known. */
  proxied: boolean | undefined;
  /** The program of the first server, if it is known. */
  program?: Program;
  text: string;
}

/** Fingerprints the first server by how it rejects a malformed request, to learn whether it is a proxy. */
export function firstServer(context: RuleContext, target: Target): FirstServer {
  const { host, port, secure } = target.address;
  const fingerprint = context.ask({ ask: 'fingerprint', host, port, secure });
  const answer = answerTo(context, target);
  const behind = answer
    ? ((answer.headers['x-powered-by'] !== undefined
        ? programOf({ ...answer, headers: { 'x-powered-by': answer.headers['x-powered-by'] }, body: '' })
        : undefined) ?? programOf(answer))
    : undefined;
  const via = answer?.headers.via ?? viaOf(context, target);
  if (via !== undefined) return { proxied: true, text: `the answer passed a proxy (Via: ${via})` };
  if (!fingerprint || fingerprint.program === 'unknown') {
    if (behind && PROXY_PROGRAMS.includes(behind))
      return { proxied: true, program: behind, text: `the first server is ${behind}` };
    return { proxied: undefined, text: 'whether there is a proxy is not known' };
  }
  if (PROXY_PROGRAMS.includes(fingerprint.program))
    return { proxied: true, program: fingerprint.program, text: `the first server is ${fingerprint.program}` };
  // Caddy, Traefik and applications in Go reject it in the same way.
  if (fingerprint.program === 'go') {
    if (behind !== undefined && behind !== 'go')
      return {
        proxied: true,
        program: 'go',
        text: `the first server is a Go program (Caddy, Traefik), and ${behind} answers behind it`,
      };
    return { proxied: undefined, program: 'go', text: 'the first server is a Go program: a proxy or the application' };
  }
  if (behind !== undefined && behind !== fingerprint.program && PROXY_PROGRAMS.includes(behind))
    return { proxied: true, program: behind, text: `the answers are signed by ${behind}` };
  return {
    proxied: false,
    program: fingerprint.program,
    text: `the first server is the application itself (${fingerprint.program}): there is no proxy`,
  };
}

/** The proxy that answers of the same server passed in the visit, by their `Via` header. */
function viaOf({ evidence }: RuleContext, { address: { host, port } }: Target): string | undefined {
  const passed = evidence.requests.find(({ url, headers }) => {
    const address = headers?.via === undefined ? undefined : parseAddress(url);
    return address?.host === host && address.port === port;
  });
  return passed?.headers?.via;
}

/** The path is answered differently from an unknown one, so an endpoint exists there. */
export function pathIsKnown(context: RuleContext, target: Target): boolean | undefined {
  const here = plainAnswer(context, target);
  const unknownPath = context.getUnknownPath(addressOf(target));
  if (!here || !unknownPath || here.failure || unknownPath.failure) return undefined;
  return !sameAnswer(here, unknownPath);
}

/**
 * Tells a Go application's "404 page not found" from Traefik's: for a path with two slashes, the muxes of Go's library
 * and of Gorilla redirect to the clean path, while Traefik answers 404 in the same words.
 */
export function isGoApplication(context: RuleContext, target: Target): boolean | undefined {
  const path = unknownPathNear(target.address.path);
  const answer = context.get(atPath(target.address, `/${path}`));
  return answer && answer.status === 301 && answer.headers.location === path;
}

/**
 * gunicorn reads the requests itself, as it does for WSGI: of a longer line than 4094 characters it says so. The workers
 * of ASGI servers in it read them otherwise. nginx passes lines of up to 8 kB on.
 */
export function isReadByGunicorn(context: RuleContext, { address }: Target): boolean | undefined {
  const answer = context.get(address, { padding: 5000 });
  return answer && /Request Line is too large/i.test(answer.body);
}
