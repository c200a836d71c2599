import { API_URL } from './settings';

export interface Task {
  id: number;
  title: string;
  progress: number;
}

/** A step of a task: stored by the API, and told by the socket when it happens. */
export interface ProgressEvent {
  id: number;
  task_id: number;
  message: string;
}

export interface TaskList {
  tasks: Task[];
  events: ProgressEvent[];
}

/**
 * One JSON request to the backend.
 * @throws Error with the status, or fetch's own TypeError where no answer can be read.
 */
export async function api<T>(path: string, token: string, body?: unknown): Promise<T> {
  const response = await fetch(`${API_URL}/api/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim());
  return (await response.json()) as T;
}
