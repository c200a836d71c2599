/** Protocols without a name of their own in the handshake: JSON of many shapes, STOMP, NATS, Phoenix. */
import { defined } from '../../common/defined.ts';
import type { Conversation } from '../conversation.ts';
import { AUTH_WORDS } from '../credentials.ts';
import { isObject, member, parseJson, textAt, valueAt } from '../json.ts';
import { xmppFailure } from './sign-ins.ts';

/** An answer to a request of Phoenix, in either of its forms; `phoenix` is the topic of its heartbeat. */
function phoenixReply(value: unknown): { topic: string; refused?: string } | undefined {
  const [, , topic, event, payload] = Array.isArray(value)
    ? (value as unknown[])
    : [null, null, textAt(value, 'topic'), textAt(value, 'event'), valueAt(value, 'payload')];
  if (event !== 'phx_reply' || typeof topic !== 'string') return undefined;
  const response = valueAt(payload, 'response');
  return textAt(payload, 'status') === 'error'
    ? { topic, refused: member(response, 'reason', 'message') ?? JSON.stringify(response ?? null).slice(0, 200) }
    : { topic };
}

/** The object that holds the type of a message: Phoenix channels put it last in a list. */
function firstObject(value: unknown): unknown {
  return Array.isArray(value) ? value.findLast(isObject) : value;
}

/** An object has a member that says something. */
export function hasMember(value: unknown, name: string): boolean {
  const found = valueAt(value, name);
  return found !== undefined && found !== null && found !== false && found !== '';
}

/**
 * Reads frames of text.
 *
 * @param binary how many other frames came
 */
export function readRaw(conversation: Conversation, received: string[], binary: number): void {
  conversation.greeted = received.length + binary > 0;
  conversation.messages += binary;
  for (const text of received) {
    const frame = firstObject(parseJson(text));
    // STOMP and NATS.
    if (/^ERROR\n|^-ERR /.test(text)) {
      conversation.error = { text: text.slice(0, 200).replace(/\s+/g, ' ').trim() };
      continue;
    }
    // Nextcloud's push and others say it in a line, as the only one.
    if (/^err(or)?\b[: ]/i.test(text) && text.length < 300 && received.length === 1 && AUTH_WORDS.test(text)) {
      conversation.error = { text: text.trim() };
      continue;
    }
    // What NATS says before and between messages.
    if (/^(INFO \{|PING\r\n|PONG\r\n|\+OK)/.test(text)) continue;
    const reply = phoenixReply(parseJson(text));
    if (reply) {
      if (reply.refused !== undefined) conversation.error = { text: reply.refused };
      continue;
    }
    const kind = member(frame, 'type', 'event', 'status', 'op', 'action', 'T') ?? '';
    const message =
      ([member(valueAt(frame, 'error'), 'message'), textAt(frame, 'error', 'data', 'code')].filter(Boolean).join(' ') ||
        member(frame, 'message', 'msg', 'error', 'reason', 'detail', 'code', 'text')) ??
      '';
    const xmpp = xmppFailure(text);
    if (xmpp !== undefined) {
      conversation.error = { text: xmpp };
      conversation.refused.push({ name: 'XMPP', text: xmpp });
      continue;
    }
    const refused =
      /^(auth[a-z]*[_:.-]?(error|failed|failure|fail|required|timeout|rejected)|unauthori[sz]ed|unauthenticated|forbidden|connection_error|reject(ed)?)$/i.test(
        kind,
      ) ||
      (/^(error|exception|fail(ed|ure)?|erro|connection\.error)$/i.test(kind) && text.length < 1000) ||
      (/^(disconnect|close|closing|goodbye|reject_subscription)$/i.test(kind) && AUTH_WORDS.test(text)) ||
      // Some number their kinds.
      (/^\d*$/.test(kind) && hasMember(frame, 'error'));
    if (refused) {
      const code = member(frame, 'code') ?? member(valueAt(frame, 'error'), 'code');
      conversation.error = {
        text: `${kind} ${code ?? ''} ${message !== '' ? message : text.slice(0, 200)}`.replace(/\s+/g, ' ').trim(),
        ...defined({ code: code || undefined }),
      };
    } else {
      conversation.messages += 1;
    }
  }
}
