/**
 * What was said on a connection: the protocols that pages speak over WebSockets, long-polling and event streams,
 * read from the frames.
 */
import { type Packet, parser as mqttParser } from 'mqtt-packet';
import type { FrameReading, SocketReading } from '../browser/evidence.ts';
import { defined } from '../common/defined.ts';
import type { Credential } from './credentials.ts';
import { AUTH_WORDS, credentialInProtocol, credentialInText, credentialInUrl, strongest } from './credentials.ts';
import { isObject, listAt, parseJson, textAt, valueAt } from './json.ts';
import { signingIn } from './words/hocuspocus.ts';

export interface Conversation {
  protocol: 'pusher' | 'engine.io' | 'sockjs' | 'signalr' | 'graphql' | 'stomp' | 'mqtt' | 'raw';
  /** The peer answered in the protocol of the page: an open packet, connection_established, any frame of a raw socket. */
  greeted: boolean;
  /** An error that the peer reported in its protocol. */
  error?: { code?: number | string; text: string };
  /** The page was admitted and then disconnected by the server (Socket.IO: packet 41). */
  dismissed: boolean;
  /** Channels (Pusher) or namespaces (Socket.IO) that were requested, confirmed and refused. */
  asked: string[];
  confirmed: string[];
  refused: { name: string; text: string }[];
  /** The page sent something that looks like a credential; `empty` when it sent such a field without a value. */
  credential: Credential;
  /** Received messages that belong to the application. */
  messages: number;
}

/** An object's member as text, if it is one. */
function member(value: unknown, ...names: string[]): string | undefined {
  for (const name of names) {
    const found = valueAt(value, name);
    if (typeof found === 'string' || typeof found === 'number') return String(found);
  }
  return undefined;
}

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

function protocolOf(socket: Pick<SocketReading, 'url' | 'protocols' | 'frames'>): Conversation['protocol'] {
  if (/[?&]EIO=\d/.test(socket.url)) return 'engine.io';
  if (/[?&]protocol=\d/.test(socket.url) && /\/app\//.test(socket.url)) return 'pusher';
  const offered = (socket.protocols ?? []).join(' ');
  if (/graphql/.test(offered)) return 'graphql';
  if (/stomp/.test(offered)) return 'stomp';
  if (/\bmqtt/.test(offered)) return 'mqtt';
  const sent = socket.frames.find((frame) => frame.direction === 'sent')?.text ?? '';
  if (/^\{"protocol":"(json|messagepack)"/.test(sent)) return 'signalr';
  if (/^\{"event":"pusher:/.test(sent)) return 'pusher';
  if (/^(CONNECT|STOMP)\n/.test(sent)) return 'stomp';
  if (/\/\d{3}\/[a-z0-9_]+\/websocket/i.test(socket.url)) return 'sockjs';
  const first = socket.frames.find((frame) => frame.direction === 'received')?.text ?? '';
  if (/^\{"event":"pusher:/.test(first)) return 'pusher';
  return 'raw';
}

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

function readEngine(conversation: Conversation, received: string[], sent: string[]): void {
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

/** Why an MQTT broker refuses a client: codes of MQTT 3 and, from 128 on, of MQTT 5. */
const MQTT_REFUSALS: Readonly<Record<number, string>> = {
  1: 'unacceptable protocol version',
  2: 'client identifier rejected',
  3: 'server unavailable',
  4: 'bad credentials (user name or password)',
  5: 'not authorized',
  132: 'unsupported protocol version',
  133: 'client identifier not valid',
  134: 'bad credentials (user name or password)',
  135: 'not authorized',
  136: 'server unavailable',
  151: 'quota exceeded',
  159: 'connection rate exceeded: too many connections',
};

/** The packets in a stream of MQTT, as far as it can be read. */
function mqttPackets(stream: Buffer[], protocolVersion?: number): Packet[] {
  const packets: Packet[] = [];
  const parser = mqttParser(protocolVersion === undefined ? {} : { protocolVersion });
  parser.on('packet', (packet) => packets.push(packet));
  parser.on('error', () => undefined);
  for (const part of stream) parser.parse(part);
  return packets;
}

function readMqtt(conversation: Conversation, received: Buffer[], sent: Buffer[]): void {
  const connect = mqttPackets(sent).find((packet) => packet.cmd === 'connect');
  if (connect)
    conversation.credential = connect.username === undefined && connect.password === undefined ? 'none' : 'sent';
  for (const packet of mqttPackets(received, connect?.protocolVersion)) {
    if (packet.cmd === 'publish') conversation.messages += 1;
    // From 128 on a code says that there is no subscription: 135 that it is not authorized, and 128 of older brokers anything.
    const granted = packet.cmd === 'suback' ? packet.granted.map(Number) : [];
    if (granted.length > 0 && granted.every((code) => code >= 128))
      conversation.error = { text: `MQTT: not authorized to subscribe, or refused otherwise (${granted.join(', ')})` };
    if (packet.cmd !== 'connack' && packet.cmd !== 'disconnect') continue;
    const code = packet.reasonCode ?? (packet.cmd === 'connack' ? packet.returnCode : undefined) ?? 0;
    if (code === 0) conversation.greeted = true;
    else conversation.error = { code, text: `MQTT: ${MQTT_REFUSALS[code] ?? `reason ${code}`}` };
  }
}

function readPusher(conversation: Conversation, received: string[], sent: string[]): void {
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

function hasMember(value: unknown, name: string): boolean {
  const found = valueAt(value, name);
  return found !== undefined && found !== null && found !== false && found !== '';
}

function readRaw(conversation: Conversation, received: string[], binary: number): void {
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
      conversation.refused.push({ name: 'sign-in', text: xmpp });
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

/** Reads what was said on a socket. */
export function readConversation(socket: Pick<SocketReading, 'url' | 'protocols' | 'frames'>): Conversation {
  return conversationOf(protocolOf(socket), socket.frames, [
    credentialInUrl(socket.url),
    ...(socket.protocols ?? []).map(credentialInProtocol),
  ]);
}

/** Some send several objects of JSON in one frame, a line each. */
const linesOf = (text: string): string[] => (/^\{.*\}\n\{/.test(text) ? text.trim().split('\n') : [text]);

/** What the page subscribes to by numbered commands, and what becomes of it: Centrifugo. */
function readSubscriptions(conversation: Conversation, received: string[], sent: string[]): void {
  const answers = new Map(received.map(parseJson).map((answer) => [valueAt(answer, 'id'), answer]));
  for (const command of sent.map(parseJson)) {
    const name = textAt(command, 'subscribe', 'channel');
    const answer = answers.get(valueAt(command, 'id'));
    if (name === undefined) continue;
    conversation.asked.push(name);
    const error = textAt(answer, 'error', 'message');
    if (error !== undefined) conversation.refused.push({ name, text: error });
    else if (answer !== undefined) conversation.confirmed.push(name);
  }
}

/** Why a server of XMPP refuses who signs in, or ends the stream: the name of the condition, and its text. */
function xmppFailure(text: string): string | undefined {
  const failure =
    /^<failure\b[^>]*xmpp-sasl[^>]*>\s*<([\w-]+)/.exec(text) ?? /^<stream:error\b[^>]*>\s*<([\w-]+)/.exec(text);
  if (!failure) return undefined;
  const words = /<text\b[^>]*>([^<]{1,160})/.exec(text)?.[1];
  return [failure[1], words].filter(Boolean).join(': ');
}

/** What is said of signing in by frames of Hocuspocus. */
function readSigningIn(conversation: Conversation, received: Buffer[], sent: Buffer[]): void {
  const denied = received.map(signingIn).find((said) => said?.kind === 'denied');
  if (!denied) return;
  conversation.error = { text: denied.text };
  const token = sent.map(signingIn).find((said) => said?.kind === 'token');
  if (token) conversation.credential = strongest([conversation.credential, token.text === '' ? 'empty' : 'sent']);
}

/** Some send text in binary frames. */
const isText = (bytes: Buffer): boolean => /^[\t\n\r\x20-\x7e]+$/.test(bytes.toString('latin1'));

/** Reads what was said in these frames. */
export function conversationOf(
  protocol: Conversation['protocol'],
  frames: readonly FrameReading[],
  credentials: Credential[] = [],
): Conversation {
  const texts = (direction: FrameReading['direction']): string[] =>
    frames.filter((frame) => frame.direction === direction && !frame.binary).map((frame) => frame.text);
  const bytes = (direction: FrameReading['direction']): Buffer[] =>
    frames
      .filter((frame) => frame.direction === direction && frame.binary)
      .map((frame) => Buffer.from(frame.text, 'base64'));
  const received = texts('received');
  const sent = texts('sent');
  const said = [...sent, ...bytes('sent').filter(isText).map(String)];
  const conversation: Conversation = {
    protocol,
    greeted: false,
    dismissed: false,
    asked: [],
    confirmed: [],
    refused: [],
    credential: strongest([...credentials, ...said.slice(0, 20).map(credentialInText)]),
    messages: 0,
  };
  if (protocol === 'engine.io') readEngine(conversation, received, sent);
  else if (protocol === 'pusher') readPusher(conversation, received, sent);
  else if (protocol === 'mqtt') readMqtt(conversation, bytes('received'), bytes('sent'));
  else {
    const frames = bytes('received');
    readSigningIn(conversation, frames, bytes('sent'));
    const words = frames.filter(isText).map(String);
    // SignalR ends each message with a separator; several come in one frame.
    const messages = [...received, ...words].flatMap((text) =>
      protocol === 'signalr' ? text.split('\u001e').filter((part) => part !== '') : linesOf(text),
    );
    readSubscriptions(conversation, messages, sent.flatMap(linesOf));
    const denied = frames.filter((frame) => signingIn(frame)?.kind === 'denied').length;
    readRaw(conversation, messages, frames.length - words.length - denied);
  }
  return conversation;
}
