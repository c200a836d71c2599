import { CONFIG } from './config.ts';

export interface Backend {
  id: string;
  name: string;
  status: string;
}

export interface Alert {
  name: string;
  url: string;
}

export interface Target {
  job: string;
  health: string;
  error?: string;
}

const TOKEN = 'veloflux.token';

export const session = {
  get token(): string | null {
    return localStorage.getItem(TOKEN);
  },
  start: (token: string): void => localStorage.setItem(TOKEN, token),
  end: (): void => localStorage.removeItem(TOKEN),
};

async function call<T>(path: string, method = 'GET', body?: object): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (session.token) headers.authorization = `Bearer ${session.token}`;
  if (body) headers['content-type'] = 'application/json';
  const response = await fetch(`${CONFIG.API_BASE}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${CONFIG.API_BASE}${path}: ${response.status}`);
  return (await response.json()) as T;
}

export const api = {
  login: (user: string, password: string) => call<{ token: string }>('/auth/login', 'POST', { user, password }),
  backends: () => call<{ backends: Backend[] }>('/backends'),
  addBackend: (name: string) => call<Backend>('/backends', 'POST', { name, url: `http://${name}:8000` }),
  metrics: () => call<{ backends: Backend[]; total: number; up: number }>('/metrics'),
  status: () => call<{ backends: Backend[]; targets: Target[] | null }>('/status'),
  alerts: () => call<{ alerts: Alert[] }>('/alerts'),
};
