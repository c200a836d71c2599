/** Engine.IO and Socket.IO. */
import type { Conversation } from '../conversation.ts';
import { member, parseJson } from '../json.ts';
import { eventNameOf } from './event-names.ts';

/** Splits the body of an Engine.IO polling answer into packets; before version 4 each has its length before it. */
export function enginePackets(body: string, version = 4): string[] {
  if (version >= 4) return body.split('\u001e').filter((packet) => packet !== '');
  const packets: string[] = [];
  for (let rest = body; rest !== '';) {
    const [prefix, length] = LENGTH.exec(rest) ?? [];
    if (prefix === undefined || length === undefined) return packets;
    const end = prefix.length + Number(length);
    // What is masked has another length than what was sent: then the rest is taken as one packet.
    const whole = end === rest.length || LENGTH.test(rest.slice(end));
    packets.push(whole ? rest.slice(prefix.length, end) : rest.slice(prefix.length));
    rest = whole ? rest.slice(end) : '';
  }
  return packets;
}

/** What is before a packet in the text of Engine.IO 3. */
const LENGTH = /^(\d{1,9}):(?=\d|b)/;

/** Reads packets. */
export function readEngine(conversation: Conversation, received: string[], sent: string[]): void {
  for (const packet of received) {
    if (/^0\{/.test(packet)) conversation.greeted = true;
    const namespaced = /^(4\d)(?:(\/[^,]*),?)?(.*)$/s.exec(packet);
    if (!namespaced) continue;
    const [, type, namespace = '/', rest = ''] = namespaced;
    if (type === '40') conversation.confirmed.push(namespace);
    else if (type === '41') conversation.dismissed = true;
    else if (type === '44') {
      const text = member(parseJson(rest), 'message') ?? rest;
      conversation.refused.push({ name: namespace, text });
      conversation.error = { text };
    } else if (type === '42' || type === '45') {
      conversation.messages += 1;
      const name = eventNameOf(packet) ?? '';
      if (/^(error|exception|unauthorized|auth[_:-]?error)$/i.test(name))
        conversation.error ??= { text: rest.slice(0, 200) };
    }
  }
  for (const packet of sent) {
    const connect = /^40(?:(\/[^,]*),?)?/.exec(packet);
    if (connect) conversation.asked.push(connect[1] ?? '/');
  }
}
