import { useCallback, useEffect, useState } from 'react';
import type { Alert, Backend } from './api.ts';
import { CONFIG } from './config.ts';

export type ConnectionState = 'connecting' | 'connected' | 'disconnected' | 'failed';

export type Frame =
  | { type: 'connected'; data: { client_id: string } }
  | { type: 'backend_update'; data: { backends: Backend[] } }
  | { type: 'alert'; data: { alerts: Alert[] } };

export interface RealtimeWebSocket {
  state: ConnectionState;
  /** As the last `backend_update` and the last `alert` told them: of frames that arrive together none hides another. */
  backends: Backend[] | undefined;
  alerts: Alert[] | undefined;
  error: string | undefined;
}

/** An effect may run twice at once (React's strict mode does that): a moment later one socket is enough. */
const CONNECT_MS = 80;
const RECONNECT_MS = 5000;

/** The same array on every render: a default written in the parameter list would be a new one each time. */
const NO_PROTOCOLS: string[] = [];
const defaultProtocols = import.meta.env.VITE_INLINE_PROTOCOLS ? (): string[] => [] : (): string[] => NO_PROTOCOLS;

/** Keeps one socket to an endpoint of /api/ws, and opens another 5 s after it was lost. */
export function useRealtimeWebSocket(endpoint: string, protocols = defaultProtocols()): RealtimeWebSocket {
  const [state, setState] = useState<ConnectionState>('connecting');
  const [backends, setBackends] = useState<Backend[]>();
  const [alerts, setAlerts] = useState<Alert[]>();
  const [error, setError] = useState<string>();
  const [attempt, setAttempt] = useState(0);

  const connect = useCallback((): WebSocket => {
    const socket = new WebSocket(`${CONFIG.WEBSOCKET}/${endpoint}`, protocols);
    let opened = false;
    setState('connecting');
    socket.onopen = () => {
      opened = true;
      setState('connected');
      setError(undefined);
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      const { type, data } = JSON.parse(event.data) as Frame;
      if (type === 'backend_update') setBackends(data.backends);
      if (type === 'alert') setAlerts(data.alerts);
    };
    socket.onclose = ({ code }) => {
      setState(opened ? 'disconnected' : 'failed');
      setError(`${endpoint}: conexão encerrada (${code})`);
      setAttempt((count) => count + 1);
    };
    return socket;
  }, [endpoint, protocols]);

  useEffect(() => {
    let socket: WebSocket | undefined;
    const timer = setTimeout(
      () => {
        socket = connect();
      },
      attempt === 0 ? CONNECT_MS : RECONNECT_MS,
    );
    return () => {
      clearTimeout(timer);
      if (!socket) return;
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    };
  }, [connect, attempt]);

  return { state, error, backends, alerts };
}
