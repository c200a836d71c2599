import { useCallback, useEffect, useState } from 'react';
import { useLive } from '../contexts/WebSocketContext';
import type { Connection, ServerMessage } from '../hooks/useWebSocket';
import { api, type ProgressEvent, type Task, type TaskList } from '../lib/api';

const connectionText: Record<Connection['state'], string> = {
  connecting: 'conectando…',
  connected: 'ao vivo',
  disconnected: 'desconectado',
  failed: 'sem conexão',
};
const apiText = { loading: 'carregando…', loaded: 'carregados', error: 'não carregados' };

function withEvent(events: ProgressEvent[], event: ProgressEvent): ProgressEvent[] {
  return events.some(({ id }) => id === event.id) ? events : [event, ...events];
}

export default function Home({ token, onLeave }: { token: string; onLeave: () => void }) {
  const [apiState, setApiState] = useState<{ state: keyof typeof apiText; error: string }>({ state: 'loading', error: '' });
  const [tasks, setTasks] = useState<Task[]>([]);
  const [events, setEvents] = useState<ProgressEvent[]>([]);
  const [lastError, setLastError] = useState('');

  useEffect(() => {
    api<TaskList>('tasks', token)
      .then((stored) => {
        setTasks(stored.tasks);
        // What came by socket while the list was on its way stays.
        setEvents((live) => [...live].reverse().reduce(withEvent, stored.events));
        setApiState({ state: 'loaded', error: '' });
      })
      .catch((error: unknown) => setApiState({ state: 'error', error: String(error) }));
  }, [token]);

  const receive = useCallback((message: ServerMessage) => {
    if (message.type === 'error') setLastError(`${message.code}: ${message.message}`);
    if (message.type !== 'task_progress') return;
    setEvents((current) => withEvent(current, message));
    setTasks((current) =>
      current.map((task) => (task.id === message.task_id ? { ...task, progress: message.progress } : task)),
    );
  }, []);
  const connection = useLive(receive);

  // It stays readable after a reconnection.
  useEffect(() => {
    if (connection.error) setLastError(connection.error);
  }, [connection]);

  function advance(task: Task) {
    const progress = Math.min(task.progress + 10, 100);
    api(`tasks/${task.id}/progress`, token, { message: `${task.title}: ${progress} %`, progress }).catch(
      (error: unknown) => setLastError(String(error)),
    );
  }

  return (
    <div className="workspace">
      <header>
        <h1>Renum</h1>
        <span className="badge" data-testid="connection" data-state={connection.state} title={connection.error}>
          {connectionText[connection.state]}
        </span>
        <button type="button" onClick={onLeave}>
          Sair
        </button>
      </header>

      <main>
        <section>
          <h2>Tarefas</h2>
          <ul data-testid="tasks">
            {tasks.map((task) => (
              <li key={task.id}>
                <span>{task.title}</span>
                <progress max={100} value={task.progress}>
                  {task.progress} %
                </progress>
                <button type="button" onClick={() => advance(task)}>
                  Avançar
                </button>
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h2>Progresso</h2>
          <ol data-testid="messages">
            {events.map((event) => (
              <li key={event.id}>{event.message}</li>
            ))}
          </ol>
        </section>
      </main>

      <footer>
        <span data-testid="api" data-state={apiState.state}>
          Dados: {apiText[apiState.state]} {apiState.error}
        </span>
        <span>
          Último erro: <output data-testid="last-error">{lastError}</output>
        </span>
      </footer>
    </div>
  );
}
