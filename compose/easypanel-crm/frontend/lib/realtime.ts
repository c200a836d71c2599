import { useEffect, useRef, useState } from 'react';
import { io } from 'socket.io-client';
import { settings } from './settings';

export interface Connection {
  state: 'connecting' | 'connected' | 'disconnected' | 'failed';
  /** `websocket` or `polling`; empty while there is no connection. */
  transport: string;
  /** The last error or disconnect reason, in the words of Socket.IO; it stays after a reconnection. */
  error: string;
  /** How often a `reconnect` listener was called: on the socket, and on the manager that really emits it. */
  socketReconnects: number;
  managerReconnects: number;
}

const initial: Connection = { state: 'connecting', transport: '', error: '', socketReconnects: 0, managerReconnects: 0 };

/** The same object where nothing changes, so that React has nothing to render. */
function changed(current: Connection, change: Partial<Connection>): Connection {
  const next = { ...current, ...change };
  return (Object.keys(next) as (keyof Connection)[]).every((key) => next[key] === current[key]) ? current : next;
}

interface Subscription<T> {
  namespace: string;
  event: string;
  token: string;
  onEvent: (item: T) => void;
  connectedLog?: string;
}

/** Keeps one namespace connected while the component is mounted, and hands over its events. */
export function useNamespace<T>({ namespace, event, token, onEvent, connectedLog }: Subscription<T>): Connection {
  const [connection, setConnection] = useState(initial);
  const latest = useRef(onEvent);
  useEffect(() => {
    latest.current = onEvent;
  });
  // The documented trap: `onEvent` is another function after each render, so each render starts the effect again.
  const unstable = settings.unstableEffects ? onEvent : undefined;

  useEffect(() => {
    const update = (change: Partial<Connection>) => setConnection((current) => changed(current, change));
    const socket = io(`${settings.wsUrl}/${namespace}`, {
      transports: settings.transports,
      tryAllTransports: settings.tryAllTransports,
      timeout: settings.timeoutMs,
      withCredentials: settings.withCredentials,
      reconnection: true,
      reconnectionAttempts: 5,
      reconnectionDelay: 1000,
      reconnectionDelayMax: 5000,
      auth: settings.tokenInAuth ? { token } : {},
      extraHeaders: settings.tokenInHeader ? { Authorization: `Bearer ${token}` } : {},
    });
    const manager = socket.io;

    socket.on('connect', () => {
      update({ state: 'connected', transport: manager.engine.transport.name });
      manager.engine.on('upgrade', (transport) => update({ transport: transport.name }));
      if (connectedLog) console.log(connectedLog);
    });
    socket.on('disconnect', (reason) => update({ state: 'disconnected', transport: '', error: reason }));
    socket.on('connect_error', (error) =>
      update({ state: socket.active ? 'connecting' : 'failed', transport: '', error: String(error) }),
    );
    socket.on(event, (item: T) => latest.current(item));

    const reconnectedOnSocket = () =>
      setConnection((current) => ({ ...current, socketReconnects: current.socketReconnects + 1 }));
    const reconnectedOnManager = () =>
      setConnection((current) => ({ ...current, managerReconnects: current.managerReconnects + 1 }));
    const gaveUp = () => update({ state: 'failed' });
    socket.on('reconnect', reconnectedOnSocket);
    manager.on('reconnect', reconnectedOnManager);
    manager.on('reconnect_failed', gaveUp);

    return () => {
      manager.off('reconnect', reconnectedOnManager);
      manager.off('reconnect_failed', gaveUp);
      // Without listeners, closing on purpose is no news to anybody.
      socket.off();
      socket.disconnect();
    };
  }, [namespace, event, token, connectedLog, unstable]);

  return connection;
}
