/** What was said on a connection, whatever its protocol: see protocols/. */
import type { Credential } from './credentials.ts';

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
