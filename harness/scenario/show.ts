/** Expectations and readings as a person reads them: pure functions. */
import type { ConsoleLine, RequestReading, SocketReading } from '../browser/evidence.ts';
import { frameMismatches, socketOutcome, tellingFrames } from './fit.ts';
import type {
  ConsoleExpectation,
  Count,
  FrameExpectation,
  MessageOutcome,
  RequestExpectation,
  SocketExpectation,
  Text,
  Way,
} from './schema.ts';
import { showShape } from './shape.ts';

export const showText = (text: Text): string => (typeof text === 'string' ? text : String(text));

/** `once`, `3 times`. */
export const showTimes = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** How often an expectation is to be seen. */
export function showCount({ times = 1, many, may }: Count): string {
  const often = many ? 'once or more' : showTimes(times);
  return may ? `not at all or ${often}` : often;
}

export const showConsole = (line: ConsoleLine | ConsoleExpectation): string =>
  `${line.level}: ${showText(line.text)}${line.url === undefined ? '' : ` at ${showText(line.url)}`}`;

const outcomeOfRequest = (request: RequestReading | RequestExpectation): string =>
  [
    (request.error === undefined ? undefined : showText(request.error)) ??
      request.status ??
      (request.blockedReason ? undefined : 'no answer'),
    request.mimeType,
    request.blockedReason && `blocked: ${request.blockedReason}`,
    request.corsError && `cors: ${request.corsError}`,
    request.fromServiceWorker && 'from the service worker',
  ]
    .filter(Boolean)
    .join(', ');

export const showRequest = (request: RequestReading | RequestExpectation): string =>
  `${request.method} ${showText(request.url)} → ${outcomeOfRequest(request)}`;

export function showFrame(frame: FrameExpectation): string {
  if (typeof frame === 'string' || frame instanceof RegExp) return showText(frame);
  const what = 'json' in frame ? `${frame.after ?? ''}${showShape(frame.json)}` : showText(frame.text);
  const count = showCount(frame);
  return count === 'once' ? what : `${what} (${count})`;
}

export function showSocket(socket: SocketReading | SocketExpectation): string {
  const outcome = 'outcome' in socket ? socket.outcome : socketOutcome(socket);
  const close = socket.closeCode === undefined ? '' : ` ${socket.closeCode} "${showText(socket.closeReason ?? '')}"`;
  const reason = socket.error === undefined ? '' : `: ${showText(socket.error)}`;
  const frames = (what: string, list: readonly FrameExpectation[] | undefined): string =>
    list && list.length > 0 ? ` ${what} ${list.map(showFrame).join(', ')}` : '';
  const said = 'outcome' in socket ? `${frames('receiving', socket.received)}${frames('sending', socket.sent)}` : '';
  return `${showText(socket.url)} ${outcome}${close}${reason}${socket.closedByPage ? ' by the page' : ''}${said}`;
}

const short = (frame: string): string => (frame.length > 200 ? `${frame.slice(0, 200)}…` : frame);

/** A socket that is not what was expected, with the frames that are wanting or too much. */
export function showSocketBeside(expected: SocketExpectation, seen: SocketReading): string {
  const parts = (['received', 'sent'] as const).flatMap((direction) => {
    const wanted = expected[direction];
    if (wanted === undefined) return [];
    const { wanting, over } = frameMismatches(wanted, tellingFrames(seen.frames, direction));
    return [
      ...wanting.map((frame) => `not ${direction}: ${showFrame(frame)}`),
      ...over.map((frame) => `${direction}, and not listed: ${short(frame)}`),
    ];
  });
  return [showSocket(seen), ...parts].join('; ');
}

/** How messages came, as it was measured. */
export type MeasuredOutcome =
  | Extract<MessageOutcome, string>
  | 'loaded'
  | 'missing'
  | { readonly shown: number; readonly of: number; readonly by: Way };

export const showOutcome = (outcome: MeasuredOutcome): string =>
  typeof outcome === 'string'
    ? outcome
    : `${outcome.shown} of ${outcome.of} shown${outcome.by === 'live' ? '' : `, ${outcome.by}`}`;
