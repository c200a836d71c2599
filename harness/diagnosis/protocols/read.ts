/** Reads what was said on a connection: the protocols that pages speak over WebSockets, long-polling and event streams. */
import type { FrameReading, SocketReading } from '../../browser/evidence.ts';
import type { Conversation } from '../conversation.ts';
import type { Credential } from '../credentials.ts';
import { credentialInProtocol, credentialInText, credentialInUrl, strongest } from '../credentials.ts';
import { readEngine } from './engine-io.ts';
import { readMqtt } from './mqtt.ts';
import { readPusher } from './pusher.ts';
import { readRaw } from './raw.ts';
import { linesOf, readSigningIn, readSubscriptions } from './sign-ins.ts';

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

/** Reads what was said on a socket. */
export function readConversation(socket: Pick<SocketReading, 'url' | 'protocols' | 'frames'>): Conversation {
  return conversationOf(protocolOf(socket), socket.frames, [
    credentialInUrl(socket.url),
    ...(socket.protocols ?? []).map(credentialInProtocol),
  ]);
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
    const denied = readSigningIn(conversation, frames, bytes('sent'));
    const words = frames.filter(isText).map(String);
    // SignalR ends each message with a separator; several come in one frame.
    const messages = [...received, ...words].flatMap((text) =>
      protocol === 'signalr' ? text.split('\u001e').filter((part) => part !== '') : linesOf(text),
    );
    readSubscriptions(conversation, messages, sent.flatMap(linesOf));
    readRaw(conversation, messages, frames.length - words.length - denied);
  }
  return conversation;
}
