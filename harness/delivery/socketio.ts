/** A control subscriber that speaks Socket.IO straight to the backend. */
import { UserError } from '../common/errors.ts';
import { Inbox, type ControlSubscriber } from './control.ts';

export interface SocketIoTarget {
  host: string;
  port: number;
  /** Beginning with a slash, e.g. "/messages". */
  namespace: string;
  auth?: Record<string, unknown>;
}

/**
 * Connects to a namespace and keeps every event.
 *
 * @throws UserError when the backend refuses, or does not answer within 5 s.
 */
export async function subscribeSocketIo(target: SocketIoTarget): Promise<ControlSubscriber> {
  const { io } = await import('socket.io-client');
  const inbox = new Inbox();
  const socket = io(`http://${target.host}:${target.port}${target.namespace}`, {
    auth: target.auth ?? {},
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    timeout: 5000,
  });
  socket.onAny((...args: unknown[]) => inbox.add(JSON.stringify(args)));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error) => {
      socket.close();
      reject(new UserError(`control subscriber on ${target.namespace}: ${error.message}`));
    });
  });
  return {
    received: (nonce, timeoutMs) => inbox.received(nonce, timeoutMs),
    watch: (listener) => inbox.watch(listener),
    close: async () => {
      socket.close();
    },
  };
}
