import type { Connection } from '../lib/realtime';

const stateText: Record<Connection['state'], string> = {
  connecting: 'conectando…',
  connected: 'conectado',
  disconnected: 'desconectado',
  failed: 'sem conexão',
};
const transportText: Record<string, string> = { websocket: 'WebSocket', polling: 'polling' };

/** One badge a namespace: its state, the transport that it is on, and its last error. */
export function Connections({ connections }: { connections: Record<string, Connection> }) {
  return (
    <ul className="connections">
      {Object.entries(connections).map(([namespace, connection]) => (
        <li
          key={namespace}
          data-testid={`connection-${namespace}`}
          data-state={connection.state}
          data-transport={connection.transport}
          data-error={connection.error}
          data-socket-reconnects={connection.socketReconnects}
          data-manager-reconnects={connection.managerReconnects}
          title={connection.error}
        >
          <strong>/{namespace}</strong> {stateText[connection.state]}
          {connection.transport && ` por ${transportText[connection.transport] ?? connection.transport}`}
        </li>
      ))}
    </ul>
  );
}
