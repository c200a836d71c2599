import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { type Connection, type ServerMessage, useWebSocket } from '../hooks/useWebSocket';

type Listener = (message: ServerMessage) => void;

interface Live {
  connection: Connection;
  /** Calls the listener with each message; returns how to stop it. */
  listen: (listener: Listener) => () => void;
}

const WebSocketContext = createContext<Live | undefined>(undefined);

/** One socket for the whole application. */
export function WebSocketProvider({ children }: { children: ReactNode }) {
  const [listeners] = useState(() => new Set<Listener>());
  const connection = useWebSocket((message) => {
    for (const listener of listeners) listener(message);
  });
  const listen = useCallback(
    (listener: Listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [listeners],
  );
  const live = useMemo(() => ({ connection, listen }), [connection, listen]);
  return <WebSocketContext.Provider value={live}>{children}</WebSocketContext.Provider>;
}

/** The state of the socket; `onMessage` must be the same function on every render. */
export function useLive(onMessage: Listener): Connection {
  const live = useContext(WebSocketContext);
  if (!live) throw new Error('useLive needs a WebSocketProvider');
  const { connection, listen } = live;
  useEffect(() => listen(onMessage), [listen, onMessage]);
  return connection;
}
