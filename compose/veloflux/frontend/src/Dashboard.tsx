import { useCallback, useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { api, session, type Alert, type Backend, type Target } from './api.ts';
import { Channel, Connection } from './Channel.tsx';
import { CONFIG } from './config.ts';
import type { ConnectionState } from './useRealtimeWebSocket.ts';

interface Stored {
  backends: Backend[];
  metrics: Backend[];
  status: Backend[];
  targets: Target[];
}

/** The whole is connected when every endpoint is, and otherwise as bad as its worst one. */
function overall(states: readonly ConnectionState[]): ConnectionState {
  const worst = (['failed', 'disconnected', 'connecting'] as const).find((state) => states.includes(state));
  return worst ?? 'connected';
}

function AddBackend({ onError }: { onError(text: string): void }): ReactNode {
  const add = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    api.addBackend(String(new FormData(form).get('name'))).then(
      () => form.reset(),
      (reason: Error) => onError(reason.message),
    );
  };
  return (
    <form className="row" data-testid="add-backend" onSubmit={add}>
      <input name="name" placeholder="Nome do novo backend" aria-label="Nome" maxLength={100} required />
      <button>Adicionar</button>
    </form>
  );
}

export function Dashboard(): ReactNode {
  const [stored, setStored] = useState<Stored>();
  const [alerts, setAlerts] = useState<Alert[]>([]);
  const [apiState, setApiState] = useState<'loading' | 'loaded' | 'error'>('loading');
  const [lastError, setLastError] = useState<string>();
  const [states, setStates] = useState<Record<string, ConnectionState>>(() =>
    Object.fromEntries(CONFIG.ENDPOINTS.map((endpoint) => [endpoint, 'connecting'])),
  );

  useEffect(() => {
    Promise.all([api.backends(), api.metrics(), api.status(), api.alerts()]).then(
      ([backends, metrics, status, received]) => {
        setStored({
          backends: backends.backends,
          metrics: metrics.backends,
          status: status.backends,
          targets: status.targets ?? [],
        });
        setAlerts(received.alerts);
        setApiState('loaded');
      },
      (reason: Error) => {
        setApiState('error');
        setLastError(reason.message);
      },
    );
  }, []);

  const onState = useCallback((endpoint: string, state: ConnectionState, error: string | undefined) => {
    setStates((before) => (before[endpoint] === state ? before : { ...before, [endpoint]: state }));
    if (error) setLastError(error);
  }, []);

  return (
    <>
      <header>
        <h1>VeloFlux</h1>
        <Connection state={overall(Object.values(states))} testId="connection" />
        <nav>
          <a href={CONFIG.PROMETHEUS}>Prometheus</a> <a href={CONFIG.ALERTMANAGER}>AlertManager</a>
        </nav>
        <button
          className="quiet"
          data-testid="logout"
          onClick={() => {
            session.end();
            location.reload();
          }}
        >
          Sair
        </button>
      </header>
      <main>
        {lastError && (
          <p className="error" data-testid="last-error" role="alert">
            {lastError}
          </p>
        )}
        <section className="card" data-testid="api" data-state={apiState}>
          <dl>
            <div>
              <dt>Backends</dt>
              <dd>{stored?.backends.length ?? '–'}</dd>
            </div>
            <div>
              <dt>Coleta do Prometheus</dt>
              <dd data-testid="scrape" data-state={stored?.targets[0]?.health ?? 'unknown'} title={stored?.targets[0]?.error}>
                {stored?.targets[0]?.health ?? '–'}
              </dd>
            </div>
          </dl>
          <AddBackend onError={setLastError} />
        </section>
        {CONFIG.ENDPOINTS.map((endpoint) => (
          <Channel
            key={endpoint}
            endpoint={endpoint}
            stored={stored?.[endpoint as 'backends' | 'metrics' | 'status']}
            onState={onState}
            {...(endpoint === 'status' ? { onAlerts: setAlerts } : {})}
          />
        ))}
        <section className="card">
          <h2>Alertas recebidos</h2>
          <ul data-testid="alerts">
            {alerts.map(({ name, url }) => (
              <li key={`${name} ${url}`}>
                <span>{url}</span>
                <span className="badge">{name}</span>
              </li>
            ))}
          </ul>
        </section>
      </main>
    </>
  );
}
