import { useCallback, useEffect, useState } from 'react';
import { api, type Appointment, type Attendance, type Conversation, type Message } from '../lib/api';
import { type Connection, useNamespace } from '../lib/realtime';
import { settings } from '../lib/settings';
import { Connections } from './connections';
import { ConversationView } from './conversation';

type ApiState = { state: 'loading' | 'loaded' | 'error'; error: string };

const apiText = { loading: 'carregando…', loaded: 'carregados', error: 'não carregados' };

/** The conversation that a link names (`/?conversa=2`), once: a reload opens the first one again. */
function linkedConversation(): string | null {
  const id = new URLSearchParams(location.search).get('conversa');
  if (id) history.replaceState(null, '', '/');
  return id;
}

function withItem<T extends { id: string }>(items: T[], item: T): T[] {
  return items.some((known) => known.id === item.id) ? items : [...items, item];
}

/** Each error once, with the namespaces that have it: `Error: timeout (/messages, /scheduler)`. */
function describeErrors(connections: Record<string, Connection>): string {
  const namespaces = new Map<string, string[]>();
  for (const [namespace, { error }] of Object.entries(connections)) {
    if (error) namespaces.set(error, [...(namespaces.get(error) ?? []), `/${namespace}`]);
  }
  return [...namespaces].map(([error, having]) => `${error} (${having.join(', ')})`).join(' · ');
}

export function Workspace({ token, onLeave }: { token: string; onLeave: () => void }) {
  const [apiState, setApiState] = useState<ApiState>({ state: 'loading', error: '' });
  const [conversations, setConversations] = useState<Conversation[]>([]);
  const [openId, setOpenId] = useState<string>();
  const [messages, setMessages] = useState<Message[]>([]);
  const [appointments, setAppointments] = useState<Appointment[]>([]);
  const [attendances, setAttendances] = useState<Attendance[]>([]);
  const [sendError, setSendError] = useState('');

  const open = useCallback(
    async (id: string) => {
      setOpenId(id);
      const history = await api<Message[]>(`/conversations/${id}/messages`, token);
      // A message that arrived by socket while the history was on its way must not be lost.
      setMessages((current) =>
        current.filter((message) => message.conversationId === id).reduce(withItem<Message>, history),
      );
    },
    [token],
  );

  useEffect(() => {
    async function load() {
      const [loadedConversations, loadedAppointments, loadedAttendances] = await Promise.all([
        api<Conversation[]>('/conversations', token),
        api<Appointment[]>('/scheduler', token),
        api<Attendance[]>('/attendances', token),
      ]);
      setConversations(loadedConversations);
      setAppointments((live) => live.reduce(withItem<Appointment>, loadedAppointments));
      setAttendances((live) => live.reduce(withItem<Attendance>, loadedAttendances));
      const linked = linkedConversation();
      const first = loadedConversations.find(({ id }) => id === linked) ?? loadedConversations[0];
      if (first) await open(first.id);
      setApiState({ state: 'loaded', error: '' });
    }
    load().catch((error: unknown) => setApiState({ state: 'error', error: String(error) }));
  }, [token, open]);

  const messagesConnection = useNamespace<Message>({
    namespace: 'messages',
    event: settings.messageEvent,
    token,
    connectedLog: 'WebSocket conectado',
    onEvent: (message) => {
      // Only the open conversation shows it; with none open (the list did not load) it opens its own.
      if (openId !== undefined && message.conversationId !== openId) return;
      setOpenId(message.conversationId);
      setMessages((current) => withItem(current, message));
    },
  });
  const schedulerConnection = useNamespace<Appointment>({
    namespace: 'scheduler',
    event: 'scheduler:new',
    token,
    connectedLog: '[scheduler] ✅ WebSocket conectado com sucesso',
    onEvent: (appointment) => setAppointments((current) => withItem(current, appointment)),
  });
  const attendancesConnection = useNamespace<Attendance>({
    namespace: 'attendances',
    event: 'attendance:new',
    token,
    onEvent: (attendance) => setAttendances((current) => withItem(current, attendance)),
  });
  const connections = {
    messages: messagesConnection,
    scheduler: schedulerConnection,
    attendances: attendancesConnection,
  };

  function send(text: string) {
    if (openId === undefined) return;
    api<Message>(`/conversations/${openId}/messages`, token, { text }).catch((error: unknown) =>
      setSendError(String(error)),
    );
  }

  const openConversation = conversations.find(({ id }) => id === openId);

  return (
    <div className="workspace">
      <header>
        <h1>CRM</h1>
        <Connections connections={connections} />
        <button type="button" onClick={onLeave}>
          Sair
        </button>
      </header>

      <nav aria-label="Conversas">
        <h2>Conversas</h2>
        <ul>
          {conversations.map((conversation) => (
            <li key={conversation.id}>
              <button
                type="button"
                data-testid="conversation"
                data-id={conversation.id}
                aria-current={conversation.id === openId}
                onClick={() => void open(conversation.id)}
              >
                {conversation.contact}
                <small>{conversation.phone}</small>
              </button>
            </li>
          ))}
        </ul>
      </nav>

      <main>
        <ConversationView
          title={openConversation?.contact ?? (openId ? `Conversa ${openId}` : 'Nenhuma conversa aberta')}
          messages={messages}
          onSend={send}
        />
      </main>

      <aside>
        <section>
          <h2>Agenda</h2>
          <ul data-testid="appointments">
            {appointments.map((appointment) => (
              <li key={appointment.id}>{appointment.title}</li>
            ))}
          </ul>
        </section>
        <section>
          <h2>Atendimentos</h2>
          <ul data-testid="attendances">
            {attendances.map((attendance) => (
              <li key={attendance.id}>{attendance.customer}</li>
            ))}
          </ul>
        </section>
      </aside>

      <footer>
        <span data-testid="api" data-state={apiState.state}>
          Dados: {apiText[apiState.state]} {apiState.error}
        </span>
        <span>
          Último erro: <output data-testid="last-error">{[describeErrors(connections), sendError].filter(Boolean).join(' · ')}</output>
        </span>
      </footer>
    </div>
  );
}
