/** Who may sign in and subscribe, where a protocol says so in frames of its own: Centrifugo, XMPP, Hocuspocus. */
import type { Conversation } from '../conversation.ts';
import { strongest } from '../credentials.ts';
import { parseJson, textAt, valueAt } from '../json.ts';
import { signingIn } from '../words/hocuspocus.ts';

/** Some send several objects of JSON in one frame, a line each. */
export const linesOf = (text: string): string[] => (/^\{.*\}\n\{/.test(text) ? text.trim().split('\n') : [text]);

/** What a command subscribes to: a channel of Centrifugo, or what a query of GraphQL asks for. */
const subscribedBy = (command: unknown): string | undefined =>
  textAt(command, 'subscribe', 'channel') ??
  (/^(subscribe|start)$/.test(textAt(command, 'type') ?? '')
    ? textAt(command, 'payload', 'query')?.slice(0, 60)
    : undefined);

/** Why an answer refuses a command, if it does. */
const refusalIn = (answer: unknown): string | undefined =>
  textAt(answer, 'error', 'message') ??
  (textAt(answer, 'type') === 'error'
    ? (textAt(answer, 'payload', '0', 'message') ?? textAt(answer, 'payload', 'message'))
    : undefined);

/** What the page subscribes to by numbered commands, and what becomes of it: Centrifugo, GraphQL. */
export function readSubscriptions(conversation: Conversation, received: string[], sent: string[]): void {
  const answers = new Map(received.map(parseJson).map((answer) => [valueAt(answer, 'id'), answer]));
  for (const command of sent.map(parseJson)) {
    const name = subscribedBy(command);
    const answer = answers.get(valueAt(command, 'id'));
    if (name === undefined) continue;
    conversation.asked.push(name);
    const error = refusalIn(answer);
    if (error !== undefined) conversation.refused.push({ name, text: error });
    else if (answer !== undefined) conversation.confirmed.push(name);
  }
}

/** Why a server of XMPP refuses who signs in, or ends the stream: the name of the condition, and its text. */
export function xmppFailure(text: string): string | undefined {
  const failure =
    /^<failure\b[^>]*xmpp-sasl[^>]*>\s*<([\w-]+)/.exec(text) ?? /^<stream:error\b[^>]*>\s*<([\w-]+)/.exec(text);
  if (!failure) return undefined;
  const words = /<text\b[^>]*>([^<]{1,160})/.exec(text)?.[1];
  return [failure[1], words].filter(Boolean).join(': ');
}

/**
 * What is said of signing in by frames of Hocuspocus.
 *
 * @returns how many of the received ones deny it: they are no messages of the application
 */
export function readSigningIn(conversation: Conversation, received: Buffer[], sent: Buffer[]): number {
  const denied = received.map(signingIn).filter((said) => said?.kind === 'denied');
  const [first] = denied;
  if (!first) return 0;
  conversation.error = { text: first.text };
  const token = sent.map(signingIn).find((said) => said?.kind === 'token');
  if (token) conversation.credential = strongest([conversation.credential, token.text === '' ? 'empty' : 'sent']);
  return denied.length;
}
