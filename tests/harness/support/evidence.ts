// Evidence as a visit to a page leaves it, without the visit.
import type { ConsoleLine, Evidence, RequestReading, SocketReading } from '../../../harness/browser/evidence.ts';

export const PAGE = 'http://site.test/';

export const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  visit: PAGE,
  startedAt: '2025-01-01T00:00:00.000Z',
  duration: 1000,
  navigation: { status: 200, fromServiceWorker: false },
  console: [],
  requests: [],
  sockets: [],
  issues: [],
  page: { url: PAGE, title: '', text: '', hooks: {}, serviceWorker: false },
  truncated: [],
  ...more,
});

export const line = (level: ConsoleLine['level'], text: string, url?: string, at = 1): ConsoleLine => ({
  at,
  level,
  text,
  ...(url === undefined ? {} : { url }),
});

export const fetched = (url: string, more: Partial<RequestReading> = {}): RequestReading => ({
  at: 1,
  method: 'GET',
  url,
  type: 'fetch',
  fromServiceWorker: false,
  ...more,
});

export const socket = (url: string, more: Partial<SocketReading> = {}): SocketReading => ({
  at: 1,
  url,
  frames: [],
  ...more,
});
