import './style.css';
import { api, type Item, type Stats } from './api.ts';
import { connectLive, type ConnectionState } from './live.ts';
import { session } from './session.ts';

const root = document.querySelector<HTMLDivElement>('#app')!;

const CONNECTION_TEXT: Record<ConnectionState, string> = {
  connecting: 'Conectando…',
  connected: 'Ao vivo',
  disconnected: 'Desconectado',
  failed: 'Sem conexão ao vivo',
};

const FIGURES: [keyof Stats, string][] = [
  ['scales', 'Balanças'],
  ['calibrated', 'Calibradas'],
  ['due', 'A vencer'],
  ['in_maintenance', 'Em manutenção'],
];

function find<T extends HTMLElement>(selector: string): T {
  return root.querySelector<T>(selector)!;
}

function showError(error: unknown): void {
  const box = find('[data-testid="last-error"]');
  box.textContent = error instanceof Error ? error.message : String(error);
  box.hidden = false;
}

function showLogin(): void {
  root.innerHTML = `
    <form class="login card" data-testid="login">
      <h1>Balanças Solution</h1>
      <label>E-mail <input name="email" type="email" autocomplete="username" required></label>
      <label>Senha <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Entrar</button>
      <p class="error" data-testid="last-error" role="alert" hidden></p>
    </form>`;

  const form = find<HTMLFormElement>('form');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    api.login(String(fields.get('email')), String(fields.get('password'))).then(({ token }) => {
      session.start(token);
      showDashboard();
    }, showError);
  });
}

function showDashboard(): void {
  root.innerHTML = `
    <header>
      <h1>Balanças Solution</h1>
      <span class="connection" data-testid="connection" data-state="connecting" role="status">${CONNECTION_TEXT.connecting}</span>
      <span>Não lidas: <b data-testid="unread-count">–</b></span>
      <button class="quiet" data-testid="logout">Sair</button>
    </header>
    <main>
      <p class="error" data-testid="last-error" role="alert" hidden></p>
      <section class="card" data-testid="api" data-state="loading">
        <h2>Painel</h2>
        <dl>${FIGURES.map(([key, label]) => `<div><dt>${label}</dt><dd data-figure="${key}">–</dd></div>`).join('')}</dl>
      </section>
      <section class="card">
        <div class="row"><h2>Notificações</h2><button class="quiet" data-testid="mark-read">Marcar como lidas</button></div>
        <form class="row" data-testid="notify">
          <input name="message" placeholder="Escreva um aviso…" aria-label="Aviso" maxlength="500" autocomplete="off" required>
          <button>Enviar</button>
        </form>
        <ul data-testid="messages"></ul>
      </section>
    </main>`;

  const items = new Map<number, Item>();
  let unread: number | null = null;

  const showUnread = (): void => {
    find('[data-testid="unread-count"]').textContent = unread === null ? '–' : String(unread);
  };

  const showItems = (): void => {
    const newestFirst = [...items.values()].sort((a, b) => b.id - a.id);
    find('[data-testid="messages"]').replaceChildren(...newestFirst.map((item) => {
      const line = document.createElement('li');
      line.dataset.testid = 'message';
      line.dataset.channel = item.channel;
      line.classList.toggle('unread-item', !item.read);
      const badge = document.createElement('span');
      badge.className = 'badge';
      badge.textContent = item.channel === 'public' ? 'Aviso geral' : 'Para você';
      const text = document.createElement('span');
      text.textContent = item.message;
      const time = document.createElement('time');
      time.dateTime = item.created_at;
      time.textContent = new Date(item.created_at).toLocaleTimeString('pt-BR', { hour: '2-digit', minute: '2-digit' });
      line.append(badge, text, time);
      return line;
    }));
  };

  const loadItems = ({ data }: { data: Item[] }): void => {
    data.forEach((item) => items.set(item.id, item));
    showItems();
  };

  const receiveItem = (item: Item): void => {
    if (items.has(item.id)) return;
    items.set(item.id, item);
    unread = (unread ?? 0) + 1;
    showItems();
    showUnread();
  };

  const panel = find('[data-testid="api"]');
  void Promise.allSettled([
    api.unreadCount().then((answer) => {
      unread = answer.unread_count;
      showUnread();
    }),
    api.dashboardStats().then((stats) => {
      FIGURES.forEach(([key]) => { find(`[data-figure="${key}"]`).textContent = String(stats[key]); });
    }),
    api.notifications().then(loadItems),
  ]).then((answers) => {
    const failed = answers.find((answer) => answer.status === 'rejected');
    panel.dataset.state = failed ? 'error' : 'loaded';
    if (failed) showError(failed.reason);
  });

  connectLive({
    onState(state) {
      const badge = find('[data-testid="connection"]');
      badge.dataset.state = state;
      badge.textContent = CONNECTION_TEXT[state];
    },
    onItem: receiveItem,
    onError: showError,
  });

  const form = find<HTMLFormElement>('[data-testid="notify"]');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    api.notify(String(new FormData(form).get('message'))).then(() => form.reset(), showError);
  });
  find('[data-testid="mark-read"]').addEventListener('click', () => {
    api.markAllRead().then(() => {
      unread = 0;
      items.forEach((item) => { item.read = true; });
      showUnread();
      showItems();
    }, showError);
  });
  find('[data-testid="logout"]').addEventListener('click', () => {
    session.end();
    location.reload();
  });
}

// Service workers exist in secure contexts only. One that cannot be installed is no error of the page.
if (location.protocol === 'https:' && 'serviceWorker' in navigator) {
  navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}

if (session.token) showDashboard();
else showLogin();
