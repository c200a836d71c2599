/** A control subscriber that speaks the Pusher protocol straight to the broker. */
import { createHmac } from 'node:crypto';
import { openWebSocket } from './ask.ts';
import { UserError } from '../common/errors.ts';
import { Inbox, type ControlSubscriber } from './control.ts';

export interface PusherApp {
  host: string;
  port: number;
  key: string;
  /** Needed for private channels only. */
  secret?: string;
  /** Sent as Origin; the broker may ask for one. */
  origin?: string;
}

interface Message {
  event: string;
  data?: string;
  channel?: string;
}

/**
 * Subscribes to one channel and resolves when the broker has confirmed it.
 *
 * @throws UserError when the broker refuses, or does not confirm within 5 s.
 */
export async function subscribePusher(app: PusherApp, channel: string): Promise<ControlSubscriber> {
  const inbox = new Inbox();
  const url = `ws://${app.host}:${app.port}/app/${app.key}?protocol=7&client=control&version=1`;
  const socket = await openWebSocket(url, app.origin === undefined ? {} : { origin: app.origin });
  await new Promise<void>((resolve, reject) => {
    const fail = (what: string): void => {
      clearTimeout(timer);
      socket.terminate();
      reject(new UserError(`control subscriber on ${channel}: ${what}`));
    };
    const timer = setTimeout(fail, 5000, 'the broker did not confirm the subscription within 5 s');
    socket.on('error', (error) => fail(error.message));
    socket.on('message', (raw: Buffer) => {
      const text = raw.toString('utf8');
      const message = JSON.parse(text) as Message;
      if (message.event === 'pusher:connection_established') {
        const { socket_id: socketId } = JSON.parse(message.data ?? '{}') as { socket_id: string };
        const signature = app.secret && createHmac('sha256', app.secret).update(`${socketId}:${channel}`).digest('hex');
        const auth = channel.startsWith('private-') ? `${app.key}:${signature}` : '';
        socket.send(JSON.stringify({ event: 'pusher:subscribe', data: { auth, channel } }));
      } else if (message.event === 'pusher_internal:subscription_succeeded') {
        clearTimeout(timer);
        resolve();
      } else if (message.event === 'pusher:error') {
        fail(message.data ?? 'refused');
      } else {
        inbox.add(text);
      }
    });
  });
  return {
    received: (nonce, timeoutMs) => inbox.received(nonce, timeoutMs),
    watch: (listener) => inbox.watch(listener),
    close: async () => {
      socket.terminate();
    },
  };
}
