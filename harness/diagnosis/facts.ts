import { PROXY_PROGRAMS, describe, engineCode, kindOf, programOf, sameAnswer, titleOf } from './answers.ts';
import type { RuleContext } from './context.ts';
import { unknownPathNear } from './context.ts';
import type { HandshakeAnswer, HttpAnswer, Program } from './readings.ts';
import type { Target } from './targets.ts';
import { bodyOf } from './targets.ts';
import type { Address } from './urls.ts';
import { authority, changed, hostClass, originOf, siteOf, withScheme } from './urls.ts';

/** Facts about a target that several rules need. */

/** The target is reached by a WebSocket handshake. */
export function isSocket(target: Target): boolean {
  return (
    target.kind === 'websocket' ||
    target.kind === 'pusher' ||
    (target.kind === 'engine.io' && target.transports.includes('websocket')) ||
    target.attempts.length > 0
  );
}

/** The status that the page saw, if it saw one. */
export function seenStatus(target: Target): number | undefined {
  return target.symptom?.is === 'status' ? target.symptom.status : undefined;
}

/** The network error that the page saw, without `net::ERR_`. */
export function seenError(target: Target): string | undefined {
  return target.symptom?.is === 'network' ? target.symptom.error : undefined;
}

/** The URL of a target as the page first opens it: without the ids of expired sessions. */
export function addressOf(target: Target): Address {
  const query = target.address.query.replace(/([?&])(sid|t)=[^&]*&?/g, '$1').replace(/[?&]$/, '');
  return { ...target.address, query };
}

/** The answer to a handshake as the page makes it. */
export function handshakeAnswer(context: RuleContext, target: Target): HandshakeAnswer | undefined {
  const address = addressOf(target);
  const asSocket =
    target.kind === 'engine.io'
      ? { ...address, query: address.query.replace('transport=polling', 'transport=websocket') }
      : address;
  return context.handshake(asSocket, offered(target));
}

/** The subprotocols that the page offers, masked ones too: whoever asks knows the real ones. */
function offered(target: Target): { protocols?: string[] } {
  const protocols = target.attempts.at(-1)?.protocols ?? [];
  return protocols.length > 0 ? { protocols } : {};
}

/**
 * The answer to a handshake at an unknown path. Engine.IO is not asked: it drops such handshakes after a second, and a
 * proxy may then mark the server as failed.
 */
export function handshakeAtUnknownPath(context: RuleContext, target: Target): HandshakeAnswer | undefined {
  return target.kind === 'engine.io' ? undefined : context.handshakeAtUnknownPath(target.address);
}

/** The answer to a plain request of the same path. */
export function plainAnswer(context: RuleContext, target: Target): HttpAnswer | undefined {
  return context.get(addressOf(target));
}

/** The real answer of a target, even where the browser hides it: of a handshake for sockets, else of a request with the page's origin. */
export function answerTo(context: RuleContext, target: Target): HandshakeAnswer | HttpAnswer | undefined {
  const { symptom } = target;
  if (target.kind === 'document' || target.kind === 'script') return plainAnswer(context, target);
  if (target.kind === 'engine.io' && target.attempts.length === 0)
    return context.get(addressOf(target), { origin: context.origin });
  if (isSocket(target)) return handshakeAnswer(context, target);
  const last = target.requests.at(-1);
  if (
    symptom?.is === 'status' &&
    last?.status === symptom.status &&
    last.headers &&
    (bodyOf(target) !== '' || target.method !== 'GET')
  ) {
    return {
      status: symptom.status,
      headers: last.headers,
      body: bodyOf(target),
      ms: (last.finishedAt ?? last.at) - last.at,
    };
  }
  if (symptom?.is === 'cors' && /Preflight/.test(symptom.error) && target.method !== 'GET') {
    return context.get(addressOf(target), {
      preflight: { method: target.method, headers: [] },
      origin: context.origin,
    });
  }
  return target.method === 'GET' || symptom?.is === 'cors' || symptom?.is === 'network'
    ? context.get(addressOf(target), { origin: context.origin })
    : undefined;
}

/** The status behind the symptom: the one that the page saw, or the real one where the browser hides it. */
export function realStatus(context: RuleContext, target: Target): number | undefined {
  return (
    seenStatus(target) ??
    (target.symptom?.is === 'cors' || target.symptom?.is === 'wrong-kind'
      ? answerTo(context, target)?.status
      : undefined)
  );
}

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
  if (answer?.headers.via !== undefined)
    return { proxied: true, text: `the answer passed a proxy (Via: ${answer.headers.via})` };
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

/** The same path at the other entry points of the system: at most eight. */
export function otherEntryPoints(
  context: RuleContext,
  target: Target,
  only: (entry: Address) => boolean = () => true,
): Address[] {
  const { host, port, path, query } = addressOf(target);
  return context
    .entryPoints()
    .filter((entry) => !(entry.host === host && entry.port === port) && only(entry))
    .slice(0, 8)
    .map((entry) => ({ ...entry, path, query }));
}

/** Another entry point at which the same path works. */
export function openElsewhere(
  context: RuleContext,
  target: Target,
  only: (entry: Address) => boolean = () => true,
): Address | undefined {
  for (const entry of otherEntryPoints(context, target, only)) {
    const answer = speaks(context, target, entry);
    if (answer === true) return entry;
  }
  return undefined;
}

/** A plain request of the path gets the same answer at both entry points, so they lead to the same program. */
export function sameBackend(context: RuleContext, target: Target, entry: Address): boolean | undefined {
  const here = plainAnswer(context, target);
  const there = context.get({ ...entry, path: target.address.path, query: addressOf(target).query });
  return here && there ? here.status !== undefined && sameAnswer(here, there) : undefined;
}

/** Whether an address speaks the target's protocol. */
export function speaks(context: RuleContext, target: Target, at: Address): boolean | undefined {
  if (target.kind === 'engine.io') {
    const answer = context.ask({ ask: 'engineio', url: withScheme({ ...at, query: '' }, 'http'), paths: [at.path] });
    return answer?.results.some((result) => result.open);
  }
  if (target.kind === 'sse') {
    const answer = context.get(at);
    return answer && answer.status === 200 && kindOf(answer) === 'stream';
  }
  if (isSocket(target)) {
    const answer = context.handshake(at, offered(target));
    if (!answer) return undefined;
    // Reverb and similar servers open the socket for any key, and report an unknown one in a frame.
    return answer.state === 'open' && !answer.frames.some((frame) => frame.includes('pusher:error'));
  }
  const answer = context.get(at, { origin: context.origin });
  return answer?.status !== undefined ? isBackendAnswer(answer) : undefined;
}

/**
 * The answer comes from a backend: data, or a refusal in JSON. Redirects, pages and stock errors may come from any other
 * server at that entry point.
 */
function isBackendAnswer(answer: HttpAnswer): boolean {
  const { status = 0, headers } = answer;
  if (/html/.test(headers['content-type'] ?? '') || kindOf(answer) === 'gate') return false;
  return (
    (status >= 200 && status < 300) ||
    ((status === 401 || status === 403) && /json/.test(headers['content-type'] ?? ''))
  );
}

/** The handshake is refused for its Origin: with another one, or without, it is accepted. */
export function originSensitive(context: RuleContext, target: Target): { accepted: string } | undefined {
  if (!isSocket(target) || (target.kind === 'engine.io' && target.attempts.length === 0)) return undefined;
  const status = seenStatus(target);
  const dropped = /CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE/.test(seenError(target) ?? '');
  const endedAtOnce =
    target.symptom?.is === 'closed' && target.symptom.age < 1500 && target.conversation?.messages === 0;
  if (!dropped && !endedAtOnce && (status === undefined || ![400, 401, 403, 404, 500].includes(status)))
    return undefined;
  const asPage = handshakeAnswer(context, target);
  if (!asPage) return undefined;
  const stays = (answer: HandshakeAnswer): boolean => answer.state === 'open' && answer.closed === undefined;
  if (stays(asPage)) return undefined;
  // Engine.IO gives its reason as a code; only "Forbidden" can be about the origin.
  const code = engineCode(asPage.body);
  if (code !== undefined && code !== 4) return undefined;
  const without = context.handshake(addressOf(target), { origin: null });
  if (without && stays(without)) return { accepted: 'no Origin' };
  // A 404 is about the path, not about the origin.
  if (status === 404) return undefined;
  for (const origin of likelyOrigins(context, target)) {
    const answer = context.handshake(addressOf(target), { origin });
    if (answer && stays(answer)) return { accepted: origin };
  }
  return undefined;
}

/** Origins that the server's list may contain instead of the page's: at most eight. */
export function likelyOrigins(context: RuleContext, target: Target): string[] {
  const relatives = context
    .entryPoints()
    .map(originOf)
    .filter((origin) => !origin.includes('localhost'));
  const site = siteOf(context.page.host);
  const named = hostClass(site) === 'name' ? [site, `www.${site}`] : [];
  const guesses = [
    originOf(target.address),
    originOf(changed(context.page, { secure: !context.page.secure, port: context.page.secure ? 80 : 443 })),
    ...relatives,
    ...named.flatMap((host) => [`https://${host}`, `http://${host}`]),
    'http://localhost:3000',
    'http://localhost',
  ];
  return [...new Set(guesses)].filter((origin) => origin !== context.origin).slice(0, 8);
}

/** "ws://host/path", for messages: bounded, without the query. */
export function label(target: Target): string {
  const { scheme, path } = target.address;
  const text = `${scheme}://${authority(target.address)}${path}`;
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** "404 by nginx, “…”", for messages. */
export function describeAnswer(answer: HttpAnswer | HandshakeAnswer | undefined): string {
  if (!answer) return 'an unknown answer';
  if ('state' in answer && answer.state === 'open') return '101, open';
  if (answer.status === undefined)
    return ('failure' in answer ? answer.failure : 'state' in answer ? answer.state : undefined) ?? 'no answer';
  return describe(answer);
}

/** The same address on another path. */
export function atPath(address: Address, path: string): Address {
  return changed(address, { path, query: '' });
}
