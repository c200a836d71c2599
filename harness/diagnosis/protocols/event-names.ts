/** The names under which applications send messages. */
import { isObject, listAt, member, parseJson, textAt, valueAt } from '../json.ts';
import { hasMember } from './raw.ts';

/** The name under which an application sends a message, in the protocols where it has one. */
export function eventNameOf(frame: string): string | undefined {
  const socketIo = /^4[25]\d*-?(?:\/[^,]*,)?\d*(\[.*)$/s.exec(frame);
  if (socketIo) {
    const [name] = listAt(parseJson(socketIo[1] ?? ''));
    return typeof name === 'string' ? name : /^\["([^"]+)"/.exec(socketIo[1] ?? '')?.[1];
  }
  // SockJS sends lists of frames, SignalR ends each with a separator, STOMP and binary protocols put headers first.
  const text = frame.endsWith('\u001e') ? frame.slice(0, -1) : frame;
  const list = /^a(\[".*\])$/s.exec(text)?.[1];
  if (list !== undefined) return eventNameOf(textAt(parseJson(list), '0') ?? '');
  const named = nameIn(parseJson(text) ?? parseJson(text.slice(Math.max(0, text.search(/[[{]/)))));
  if (named !== undefined) return named;
  // A frame that was cut no longer parses; its beginning still shows the name.
  return /^\s*\{\s*"(?:event|type|eventName|name|kind|action|topic|op)"\s*:\s*"([^"]+)"/.exec(text)?.[1];
}

/** The name of a message in an object or list. */
function nameIn(value: unknown): string | undefined {
  // Phoenix: [join reference, reference, topic, event, payload].
  if (Array.isArray(value)) return typeof value[3] === 'string' && value.length === 5 ? value[3] : undefined;
  // Action Cable, Centrifugo and graphql-ws wrap the application's message; in GraphQL its name is the subscribed field.
  if (hasMember(value, 'identifier')) return nameIn(valueAt(value, 'message'));
  const publication = valueAt(value, 'push', 'pub');
  if (isObject(publication)) return nameIn(publication.data);
  const data = valueAt(value, 'payload', 'data');
  const name = member(value, 'event', 'type', 'eventName', 'event_name', 'name', 'kind', 'action', 'topic', 'op');
  if ((name === 'next' || name === 'data') && isObject(data)) return Object.keys(data)[0];
  // SignalR has numeric types and calls the method `target`; gateways with numeric operations name the event in `t`.
  return name !== undefined && /^\d+$/.test(name) ? member(value, 'target', 't') : name;
}
