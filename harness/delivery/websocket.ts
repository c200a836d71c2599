/** A control subscriber on a plain WebSocket of the backend. */
import { openWebSocket } from './ask.ts';
import { UserError } from '../common/errors.ts';
import { Inbox, type ControlSubscriber } from './control.ts';

export interface WebSocketTarget {
  url: string;
  origin?: string;
  /** Sent once the socket is open, e.g. a token. */
  hello?: string;
  /** The subscription stands when a message matches this; default: as soon as the socket is open. */
  confirmed?: RegExp;
}

/**
 * Opens the socket and keeps every message.
 *
 * @throws UserError when it does not open, or is not confirmed, within 5 s.
 */
export async function subscribeWebSocket(target: WebSocketTarget): Promise<ControlSubscriber> {
  const inbox = new Inbox();
  const socket = await openWebSocket(target.url, target.origin === undefined ? {} : { origin: target.origin });
  await new Promise<void>((resolve, reject) => {
    const fail = (what: string): void => {
      clearTimeout(timer);
      socket.terminate();
      reject(new UserError(`control subscriber on ${target.url}: ${what}`));
    };
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(fail, 5000, 'not confirmed within 5 s');
    socket.on('error', (error) => fail(error.message));
    socket.on('close', (code, reason) => fail(`closed ${code} ${reason.toString()}`));
    socket.on('open', () => {
      if (target.hello !== undefined) socket.send(target.hello);
      if (!target.confirmed) done();
    });
    socket.on('message', (raw: Buffer) => {
      const text = raw.toString('utf8');
      inbox.add(text);
      if (target.confirmed?.test(text)) done();
    });
  });
  return {
    received: (nonce, timeoutMs) => inbox.received(nonce, timeoutMs),
    watch: (listener) => inbox.watch(listener),
    close: async () => {
      socket.removeAllListeners('close');
      socket.terminate();
    },
  };
}
