import { session } from './session.ts';

export interface Item {
  id: number;
  channel: 'public' | 'private';
  message: string;
  read: boolean;
  created_at: string;
}

export interface Stats {
  scales: number;
  calibrated: number;
  due: number;
  in_maintenance: number;
}

export class ApiError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

// An empty setting means this page's own origin.
const base = (import.meta.env.VITE_API_URL ?? '').trim() || '/api/v1';

function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (reason: string): void => reject(new ApiError(`${method} ${base}${path}: ${reason}`, request.status));

    request.open(method, `${base}${path}`);
    request.setRequestHeader('Accept', 'application/json');
    if (session.token) request.setRequestHeader('Authorization', `Bearer ${session.token}`);
    if (body !== undefined) request.setRequestHeader('Content-Type', 'application/json');

    request.onerror = () => fail('sem resposta do servidor');
    request.onload = () => {
      if (request.status < 200 || request.status > 299) {
        fail(`resposta ${request.status}`);
      } else if (request.status === 204) {
        resolve(undefined as T);
      } else {
        try {
          resolve(JSON.parse(request.responseText) as T);
        } catch {
          fail('a resposta não é JSON');
        }
      }
    };
    request.send(body === undefined ? null : JSON.stringify(body));
  });
}

export const api = {
  login: (email: string, password: string) => call<{ token: string }>('POST', '/login', { email, password }),
  unreadCount: () => call<{ unread_count: number }>('GET', '/notifications/unread-count'),
  dashboardStats: () => call<Stats>('GET', '/dashboard-stats'),
  notifications: () => call<{ data: Item[] }>('GET', '/notifications'),
  notify: (message: string) => call<{ data: Item[] }>('POST', '/notifications', { message }),
  markAllRead: () => call<undefined>('POST', '/notifications/read'),
};
