/** Event streams as text: each message with its name before it, `message: …`. */
import { createParser } from 'eventsource-parser';

/** Reads a stream bit by bit. */
export const eventParser = (push: (text: string) => void): { feed: (text: string) => void } =>
  createParser({ onEvent: ({ event = 'message', data }) => push(`${event}: ${data}`) });

/** The messages in what a stream has said so far. */
export function eventsIn(text: string): string[] {
  const events: string[] = [];
  eventParser((event) => events.push(event)).feed(text);
  return events;
}
