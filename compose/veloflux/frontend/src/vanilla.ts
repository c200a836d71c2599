/** The documented example without React: one socket, and a reload of the page when it is lost. */
import './style.css';
import type { Frame } from './useRealtimeWebSocket.ts';

/** The document waits 5 s; the build may scale that. */
const RELOAD_MS = Number(import.meta.env.VITE_VANILLA_RELOAD_MS || 5000);

const find = (testId: string): HTMLElement => document.querySelector<HTMLElement>(`[data-testid="${testId}"]`)!;

function show(state: string, text: string): void {
  find('connection').dataset.state = state;
  find('connection').textContent = text;
}

const reloads = Number(sessionStorage.getItem('veloflux.reloads') ?? 0);
find('reloads').textContent = String(reloads);

const socket = new WebSocket('ws://localhost:9090/api/ws/metrics');

socket.onopen = () => show('connected', 'Ao vivo');

socket.onmessage = (event: MessageEvent<string>) => {
  const frame = JSON.parse(event.data) as Frame;
  if (frame.type !== 'backend_update') return;
  find('messages').replaceChildren(
    ...frame.data.backends.map(({ name }) => {
      const line = document.createElement('li');
      line.textContent = name;
      return line;
    }),
  );
};

socket.onclose = () => {
  show('disconnected', 'Desconectado');
  setTimeout(() => {
    sessionStorage.setItem('veloflux.reloads', String(reloads + 1));
    location.reload();
  }, RELOAD_MS);
};
