/**
 * Evidence: all that one visit recorded. Plain data, JSON-safe, bounded in size and masked, so that it can be
 * attached to a report, compared with expectations and replayed through the diagnosis rules.
 *
 * All times (`at`, `openedAt`, …) are milliseconds since the visit began.
 */

/** One line of the browser's console, or an uncaught exception of the page. */
export interface ConsoleLine {
  at: number;
  /** `error` and `warning` are the console's own levels; `exception` is an uncaught error; anything else is `log`. */
  level: 'error' | 'warning' | 'log' | 'exception';
  text: string;
  /** The resource that the line speaks of, where the browser names it outside the text ("Failed to load resource"). */
  url?: string;
}

/** One HTTP request of the page, its frames or its service worker. */
export interface RequestReading {
  at: number;
  method: string;
  url: string;
  /** Chromium's resource type in lower case: document, script, fetch, xhr, eventsource, preflight, … */
  type: string;
  status?: number;
  /** net::ERR_… when the request failed below HTTP or was blocked. */
  error?: string;
  mimeType?: string;
  /** The type of a stream that the page asks for first (its `Accept` header). */
  accepts?: string;
  /** Response headers, names in lower case; values of credentials are masked. */
  headers?: Record<string, string>;
  /** Why the browser itself refused: mixed-content, csp, … (CDP `blockedReason`). */
  blockedReason?: string;
  /** CDP `corsErrorStatus.corsError`, e.g. MissingAllowOriginHeader. */
  corsError?: string;
  /** Where a 3xx answer sent the browser. */
  redirectedTo?: string;
  fromServiceWorker: boolean;
  /** The script that made it, where that came from another host than the page. */
  foreignScript?: string;
  /** Of a script: another script asked for it, so the document does not name it. */
  byScript?: true;
  /** Milliseconds since the visit began; absent while the answer is still open. */
  finishedAt?: number;
  /** The beginning of a text body of an API-like answer (fetch, xhr), at most {@link LIMITS.body} characters. */
  body?: string;
  /** Messages of a stream: Server-Sent Events as `name: data`, of JSON line by line each line. */
  events?: FrameReading[];
}

/** Answers that go on for as long as a page reads them: event streams, and JSON line by line. */
export const STREAM_TYPES = /^(text\/event-stream|application\/(x-ndjson|stream\+json|jsonl))$/;

/** Lines of JSON that are there within this time, in ms, are a list and no stream. */
const LIST_MS = 250;

/**
 * The page listens on this request, by an EventSource or by reading the answer as it comes. While there is no answer,
 * what the page asks for counts.
 */
export function isStream({
  type,
  mimeType,
  accepts,
  error,
  at,
  finishedAt = Infinity,
}: Pick<RequestReading, 'type' | 'mimeType' | 'accepts' | 'error' | 'at' | 'finishedAt'>): boolean {
  if (type === 'eventsource') return true;
  if (mimeType !== undefined && mimeType !== 'text/event-stream' && finishedAt - at < LIST_MS) return false;
  return type === 'fetch' && STREAM_TYPES.test(mimeType ?? (error === undefined ? (accepts ?? '') : ''));
}

/** One message on a socket or event stream. */
export interface FrameReading {
  at: number;
  direction: 'sent' | 'received';
  /** Text frames as they are (bounded, masked); binary frames as base64 with `binary` set. */
  text: string;
  binary?: boolean;
}

/** One WebSocket of the page. */
export interface SocketReading {
  at: number;
  url: string;
  /** Milliseconds since the visit began at which the 101 arrived; absent when the handshake failed or is pending. */
  openedAt?: number;
  /** What Chromium says after "failed: ", e.g. "Error during WebSocket handshake: Unexpected response code: 404". */
  error?: string;
  /** The subprotocols that the page offered. */
  protocols?: string[];
  /** The script that made it, where that came from another host than the page. */
  foreignScript?: string;
  closedAt?: number;
  /** As the page's own close event read it. */
  closeCode?: number;
  closeReason?: string;
  wasClean?: boolean;
  /** The page itself called close(), with this code if it gave one. */
  closedByPage?: boolean;
  /** It ended because the page went to another document. */
  closedByNavigation?: true;
  frames: FrameReading[];
}

/** A browser issue (CDP Audits): MixedContentIssue, CorsIssue, ContentSecurityPolicyIssue, … */
export interface IssueReading {
  at: number;
  code: string;
  /** The most telling detail: a URL, a directive, a status. */
  detail: string;
}

/** What the page looks like when the recording ends. */
export interface PageReading {
  url: string;
  title: string;
  /** Visible text, at most {@link LIMITS.text} characters. */
  text: string;
  /** Elements with a `data-testid`: their text and `data-*` attributes. */
  hooks: Record<string, { text: string; data: Record<string, string> }>;
  serviceWorker: boolean;
  /** It has a SharedWorker: what that does on the network is not recorded. */
  sharedWorker?: true;
  /** It asks for a password. */
  signIn?: true;
}

/** All that one visit recorded. */
export interface Evidence {
  visit: string;
  /** ISO 8601 time at which the visit began. */
  startedAt: string;
  /** Milliseconds from the beginning to the end of the recording. */
  duration: number;
  /** The main document: its status, or the net error of the navigation. */
  navigation: { status?: number; error?: string; fromServiceWorker: boolean };
  console: ConsoleLine[];
  requests: RequestReading[];
  sockets: SocketReading[];
  issues: IssueReading[];
  page: PageReading;
  /** What nobody recorded, as in a HAR file: that nothing is there says nothing. Of the page its text, hooks and sign-in. */
  untold?: ('console' | 'page' | 'sockets')[];
  /** What was left out because of {@link LIMITS}, e.g. "frames: 120 more". Empty when nothing was. */
  truncated: string[];
}

/** Upper bounds of what a recording keeps; a hostile page cannot make it larger. */
export const LIMITS = {
  console: 500,
  requests: 500,
  sockets: 300,
  frames: 2000,
  issues: 200,
  /** characters */
  line: 2000,
  frame: 4000,
  body: 4000,
  text: 8000,
} as const;
