/** The message arrived in a frame, and the page does not show it. */
import type { RuleContext } from '../context.ts';
import { eventNameOf } from '../protocols/event-names.ts';
import type { Finding } from '../finding.ts';
import { likely, possible, proven } from '../finding.ts';
import { isRealtime } from '../targets/target.ts';

/** The message arrived in a frame, and the page does not show it. */
export function notShown(context: RuleContext, why: 'name' | 'filter'): Finding | undefined {
  const channels = Object.entries(context.delivery?.channels ?? {});
  const lost = channels.find(
    ([, channel]) => channel.frameSeen === true && (channel.outcome === 'never' || channel.outcome === 'after-reload'),
  );
  // A frame on one connection proves nothing about a channel whose own connection failed.
  if (!lost || context.failed.some(isRealtime)) return undefined;
  const [name, channel] = lost;
  const arrived = `the published message arrived in a frame${channel.frame ? ` named “${channel.frame}”` : ''}, and the page does not show it (${name})`;
  const bundle = context.bundle();
  if (!bundle) return possible(arrived);
  const event = channel.frame ?? unknownEvent(context, bundle.literals);
  if (event === undefined) {
    const quiet = 'the scripts know the event names of all received frames';
    return why === 'filter' ? likely(arrived, quiet) : possible(arrived);
  }
  const listened = listensTo(bundle.literals, event);
  if (why === 'name') {
    if (listened) return possible(arrived);
    const absent = `“${event}” does not occur in the page's scripts`;
    return dispatches(context, bundle.literals, event) ? proven(arrived, absent) : possible(arrived, absent);
  }
  return listened ? likely(arrived, `the page's scripts know the name “${event}”`) : possible(arrived);
}

/** Protocols whose clients hand each message to the listeners of its name. */
const WITH_NAMES: readonly (string | undefined)[] = ['engine.io', 'pusher', 'signalr', 'graphql'];

/**
 * The page chooses by the names of messages: its client does, or its scripts know the name of another one that it
 * received, or one like this. Otherwise what the server calls a message may be of no concern to the page.
 */
function dispatches(context: RuleContext, literals: readonly string[], event: string): boolean {
  return (
    context.live.some(({ kind, conversation }) => kind === 'sse' || WITH_NAMES.includes(conversation?.protocol)) ||
    receivedNames(context).some((name) => literals.includes(name)) ||
    literals.some((literal) => isLike(literal, event))
  );
}

const WORDS = /[A-Z]?[a-z]{3,}|[A-Z]{4,}/g;

/** A name with a word in common. */
function isLike(literal: string, event: string): boolean {
  if (!/^[\w.:\\-]{3,60}$/.test(literal)) return false;
  const words = new Set(event.match(WORDS)?.map((word) => word.toLowerCase()));
  return literal.match(WORDS)?.some((word) => words.has(word.toLowerCase())) ?? false;
}

/** The last event name in the received frames that the scripts do not know. */
export const unknownEvent = (context: RuleContext, literals: readonly string[]): string | undefined =>
  receivedNames(context).findLast((name) => !/^pusher/.test(name) && !listensTo(literals, name));

/** The event names in the received frames. */
function receivedNames(context: RuleContext): string[] {
  const frames = [
    ...context.evidence.sockets.flatMap((socket) => socket.frames.filter((frame) => frame.direction === 'received')),
    ...context.evidence.requests.flatMap((request) => request.events ?? []),
  ];
  return frames.flatMap((frame) => eventNameOf(frame.text.replace(/^message: /, '')) ?? []);
}

/** Whether scripts with these literals listen to an event. Laravel Echo adds a namespace to names without a leading dot. */
export function listensTo(literals: readonly string[], event: string): boolean {
  const has = (name: string): boolean => literals.includes(name);
  const echo = literals.some(
    (literal) => literal === 'broadcaster' || literal === 'reverb' || literal.includes('pusher:'),
  );
  if (!echo) return has(event);
  const short = /^App\\Events\\(.+)$/.exec(event)?.[1];
  if (short !== undefined) return has(short) || has(event) || has(`.${event}`);
  return (
    has(`.${event}`) ||
    (has(event) && !literals.some((literal) => /^private|^presence/.test(literal)) && literals.includes('bind'))
  );
}
