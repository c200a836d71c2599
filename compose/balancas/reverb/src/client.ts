// One connected client as the Pusher protocol sees it.
import { randomInt } from 'node:crypto';
import { phpJson } from './php-json.ts';
import type { WebSocketConnection } from './websocket.ts';

const randomPart = () => randomInt(1, 1_000_000_001);

export class Client {
  readonly id = `${randomPart()}.${randomPart()}`;
  readonly origin: string;
  readonly connection: WebSocketConnection;
  /** A client that once sent a control frame is pinged with one. */
  usesControlFrames = false;
  lastSeenAt = Date.now();
  pinged = false;
  /** Start of the current rate-limit window and the messages counted in it. */
  rate = { since: 0, count: 0 };

  constructor(connection: WebSocketConnection, origin: string) {
    this.connection = connection;
    this.origin = origin;
  }

  touch(): void {
    this.lastSeenAt = Date.now();
    this.pinged = false;
  }

  isInactive(pingInterval: number): boolean {
    return Date.now() - this.lastSeenAt >= pingInterval * 1000;
  }

  send(payload: object): void {
    this.connection.send(phpJson(payload));
  }

  sendError(code: number, message: string): void {
    this.send(errorPayload(code, message));
  }
}

/** `data` of every protocol event is JSON inside a string. */
export function errorPayload(code: number, message: string): object {
  return { event: 'pusher:error', data: phpJson({ code, message }) };
}
