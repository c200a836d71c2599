import { memo, useEffect, type ReactNode } from 'react';
import type { Alert, Backend } from './api.ts';
import { useRealtimeWebSocket, type ConnectionState } from './useRealtimeWebSocket.ts';

const TEXT: Record<ConnectionState, string> = {
  connecting: 'Conectando…',
  connected: 'Ao vivo',
  disconnected: 'Desconectado',
  failed: 'Sem conexão',
};

const TITLE: Record<string, string> = {
  backends: 'Backends',
  metrics: 'Métricas',
  status: 'Status do sistema',
  ai: 'IA',
  security: 'Segurança',
  billing: 'Cobrança',
  health: 'Saúde',
};

export const Connection = ({ state, testId }: { state: ConnectionState; testId: string }): ReactNode => (
  <span className="connection" data-testid={testId} data-state={state} role="status">
    {TEXT[state]}
  </span>
);

export interface ChannelProps {
  endpoint: string;
  /** What the REST API said of the backends; undefined where it says nothing for this endpoint. */
  stored?: Backend[] | undefined;
  onState(endpoint: string, state: ConnectionState, error: string | undefined): void;
  onAlerts?: (alerts: Alert[]) => void;
}

/** One documented endpoint: its connection, and the backends as it last told them. */
export const Channel = memo(function Channel({ endpoint, stored, onState, onAlerts }: ChannelProps): ReactNode {
  const { state, error, backends, alerts } = useRealtimeWebSocket(endpoint);

  useEffect(() => onState(endpoint, state, error), [onState, endpoint, state, error]);
  useEffect(() => {
    if (alerts) onAlerts?.(alerts);
  }, [alerts, onAlerts]);

  return (
    <section className="card" data-endpoint={endpoint}>
      <div className="row">
        <h2>{TITLE[endpoint] ?? endpoint}</h2>
        <Connection state={state} testId={`connection-${endpoint}`} />
      </div>
      <ul data-testid={`messages-${endpoint}`}>
        {(backends ?? stored ?? []).map(({ id, name, status }) => (
          <li key={id} data-status={status}>
            <span>{name}</span>
            <span className="badge">{status}</span>
          </li>
        ))}
      </ul>
    </section>
  );
});
