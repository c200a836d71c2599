import { settings } from './settings';

export interface Conversation {
  id: string;
  contact: string;
  phone: string;
}

export interface Message {
  id: string;
  conversationId: string;
  direction: 'in' | 'out';
  text: string;
  at: string;
}

export interface Appointment {
  id: string;
  title: string;
  at: string;
}

export interface Attendance {
  id: string;
  customer: string;
  openedAt: string;
}

/**
 * One JSON request to the backend.
 * @throws Error with the status, or fetch's own TypeError where no answer came.
 */
export async function api<T>(path: string, token: string, body?: unknown): Promise<T> {
  const response = await fetch(`${settings.apiUrl}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim());
  return (await response.json()) as T;
}
