import Echo from 'laravel-echo';
import Pusher from 'pusher-js';
import type { Item } from './api.ts';
import { session } from './session.ts';

export type ConnectionState = 'connecting' | 'connected' | 'disconnected' | 'failed';

export interface LiveHandlers {
  onState(state: ConnectionState): void;
  onItem(item: Item): void;
  onError(text: string): void;
}

/** Pusher's own states, as the page shows them. */
const STATES: Record<string, ConnectionState> = {
  initialized: 'connecting',
  connecting: 'connecting',
  connected: 'connected',
  disconnected: 'disconnected',
  unavailable: 'failed',
  failed: 'failed',
};

const setting = (value: string | undefined): string => (value ?? '').trim();

/** Opens the live connection. Empty host, port and scheme mean the page's own; without a key there is none. */
export function connectLive({ onState, onItem, onError }: LiveHandlers): void {
  const key = setting(import.meta.env.VITE_REVERB_APP_KEY);
  if (key === '') {
    onState('disconnected');
    return;
  }

  const scheme = setting(import.meta.env.VITE_REVERB_SCHEME) || location.protocol.replace(':', '');
  const port = setting(import.meta.env.VITE_REVERB_PORT) || location.port;

  const echo = new Echo({
    broadcaster: 'reverb',
    Pusher,
    key,
    wsHost: setting(import.meta.env.VITE_REVERB_HOST) || location.hostname,
    wsPort: Number(port || 80),
    wssPort: Number(port || 443),
    forceTLS: scheme === 'https',
    enabledTransports: ['ws', 'wss'],
    authEndpoint: '/broadcasting/auth',
    bearerToken: session.token ?? '',
  });

  const { connection } = echo.connector.pusher;
  onState(STATES[connection.state] ?? 'connecting');
  connection.bind('state_change', ({ current }: { current: string }) => onState(STATES[current] ?? 'connecting'));
  connection.bind('error', ({ error }: { error?: { data?: { code?: number; message?: string } } }) => {
    const { code, message } = error?.data ?? {};
    onError(code === undefined ? 'Conexão ao vivo: sem resposta' : `Conexão ao vivo: ${code} ${message ?? ''}`.trim());
  });

  const onSubscriptionError = (reason: { error?: string }): void => onError(`Canal privado: ${reason.error ?? 'recusado'}`);

  echo.channel('announcements').listen('.announcement.published', onItem);
  echo.private(`users.${session.userId}`).listen('.notification.received', onItem).error(onSubscriptionError);
}
