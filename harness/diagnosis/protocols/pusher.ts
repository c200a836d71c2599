/** The protocol of Pusher. */
import { defined } from '../../common/defined.ts';
import type { Conversation } from '../conversation.ts';
import { member, parseJson, textAt, valueAt } from '../json.ts';

/** Reads frames. */
export function readPusher(conversation: Conversation, received: string[], sent: string[]): void {
  for (const text of received) {
    const frame = parseJson(text);
    const event = member(frame, 'event') ?? '';
    const channel = member(frame, 'channel') ?? '';
    const data = member(frame, 'data');
    const inner = data === undefined ? valueAt(frame, 'data') : parseJson(data);
    if (event === 'pusher:connection_established') conversation.greeted = true;
    else if (event === 'pusher:error') {
      const code = member(inner, 'code');
      conversation.error = {
        text: member(inner, 'message') ?? text.slice(0, 200),
        ...defined({ code: code ? Number(code) : undefined }),
      };
    } else if (event === 'pusher:subscription_error') {
      conversation.refused.push({ name: channel, text: text.slice(0, 200) });
    } else if (event === 'pusher_internal:subscription_succeeded') conversation.confirmed.push(channel);
    else if (event !== '' && !event.startsWith('pusher')) conversation.messages += 1;
  }
  for (const text of sent) {
    const frame = parseJson(text);
    const channel = textAt(frame, 'data', 'channel');
    if (valueAt(frame, 'event') === 'pusher:subscribe' && channel !== undefined) conversation.asked.push(channel);
  }
}
