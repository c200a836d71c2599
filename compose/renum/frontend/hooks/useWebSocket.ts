import { useEffect, useRef, useState } from 'react';
import { WEBSOCKET_TOKEN_KEY, WEBSOCKET_URL } from '../lib/settings';

export interface Connection {
  state: 'connecting' | 'connected' | 'disconnected' | 'failed';
  /** Why it is not connected, as far as the browser says. */
  error: string;
}

/** The frames of the backend. */
export type ServerMessage =
  | { type: 'auth_required'; timeout: number }
  | { type: 'connection_established'; user: string; worker: number }
  | { type: 'task_progress'; id: number; task_id: number; message: string; progress: number }
  | { type: 'error'; code: string; message: string };

const POLICY_VIOLATION = 1008;
const RETRY_MS = 5000;

/** Keeps the socket open while the component is mounted, and hands over its messages. */
export function useWebSocket(onMessage: (message: ServerMessage) => void): Connection {
  const [connection, setConnection] = useState<Connection>({ state: 'connecting', error: '' });
  const latest = useRef(onMessage);
  useEffect(() => {
    latest.current = onMessage;
  });

  useEffect(() => {
    let socket: WebSocket | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let attempts = 0;

    function connect(): void {
      try {
        socket = new WebSocket(WEBSOCKET_URL as string);
      } catch (error) {
        setConnection({ state: 'failed', error: String(error) });
        return;
      }
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        const message = JSON.parse(data) as ServerMessage;
        if (message.type === 'auth_required') {
          socket?.send(JSON.stringify({ type: 'auth', token: localStorage.getItem(WEBSOCKET_TOKEN_KEY) }));
        }
        if (message.type === 'connection_established') {
          attempts = 0;
          setConnection({ state: 'connected', error: '' });
        }
        latest.current(message);
      };
      socket.onclose = ({ code, reason }) => {
        // Who was refused is refused again.
        const final = code === POLICY_VIOLATION;
        setConnection({ state: final ? 'failed' : 'disconnected', error: `${code} ${reason}`.trim() });
        attempts += 1;
        if (!final) timer = setTimeout(connect, RETRY_MS * attempts);
      };
    }
    connect();

    return () => {
      clearTimeout(timer);
      if (socket) {
        socket.onclose = null;
        socket.close();
      }
    };
  }, []);

  return connection;
}
