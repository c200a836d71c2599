import type { BrowserContext, CDPSession, ConsoleMessage, Page, WebError } from '@playwright/test';
import { z } from 'zod';
import type {
  ConsoleLine,
  Evidence,
  FrameReading,
  IssueReading,
  PageReading,
  RequestReading,
  SocketReading,
} from './evidence.ts';
import { LIMITS, STREAM_TYPES, isStream } from './evidence.ts';
import { eventParser } from './event-stream.ts';
import { bounded, cut, kept, keptValues } from './kept.ts';
import { defined } from '../common/defined.ts';
import { maskHeaders, maskProtocol } from '../common/mask.ts';
import { within } from '../common/time.ts';
import { WorkerWatch } from './workers.ts';

/** Something that the recording gains: what may wake a waiter. */
export type Activity = 'console' | 'request' | 'socket' | 'frame';

/** A request or handshake that has been open for longer than this, in ms, is held open on purpose. */
export const HELD_MS = 1500;

export interface SettledOptions {
  /** Nothing new for this long, in ms. */
  quietMs?: number;
  /** Give up waiting for quiet after this long, in ms. */
  timeoutMs?: number;
  /** See {@link HELD_MS}: long polling, a silent server. */
  heldMs?: number;
}

/** Records one page from before its first navigation to the moment the evidence is taken. */
export interface Recorder {
  /** Resolves when the page has gone quiet, or after the timeout. It never throws: what was recorded is the answer. */
  settled(options?: SettledOptions): Promise<void>;
  /** Resolves with true as soon as `condition` holds for what has been recorded, with false after `timeoutMs`. */
  until(condition: (recorded: Recorded) => boolean, timeoutMs: number): Promise<boolean>;
  /** What has been recorded so far: live objects, not a copy. */
  readonly recorded: Recorded;
  /** The time of the recording, in ms since the visit began. */
  now(): number;
  /** Forgets what was recorded and starts the clock anew: for a visit in a browser that has been here before. */
  restart(): void;
  /**
   * A copy of everything recorded, with the page as it looks now.
   *
   * @param ms how long the page may take to answer; by default 2,000. A page that does not answer is read as empty.
   */
  evidence(visit: string, ms?: number): Promise<Evidence>;
  /** Resolves when the page has done far more than is kept: whoever waits for it would only lose time and memory. */
  readonly flooded: Promise<void>;
}

export type Recorded = Pick<Evidence, 'console' | 'requests' | 'sockets' | 'issues'>;

/** The type of a stream that a request asks for before all others. */
function askedStream(headers: Readonly<Record<string, string>>): { accepts?: string } {
  const [, accept = ''] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'accept') ?? [];
  const first = (accept.split(/[,;]/)[0] ?? '').trim().toLowerCase();
  return STREAM_TYPES.test(first) ? { accepts: first } : {};
}

/** Name of the function through which the page's own sockets report how they were closed. */
const BINDING = '__socketClosed';

/** What CDP says of who made a request. */
interface Initiator {
  type: string;
  /** Of an import: the module that imports. */
  url?: string;
  stack?: Stack;
}

interface Stack {
  callFrames: readonly { url: string }[];
  parent?: Stack;
}

/** How a socket was closed. It comes from the page's own world, like {@link PAGE}: a page may send anything. */
const CLOSE_REPORT = z.object({
  url: z.string(),
  /** Among the document's sockets to this URL, in the order in which the page made them. */
  index: z.number(),
  code: z.number(),
  reason: z.string(),
  wasClean: z.boolean(),
  byPage: z.boolean(),
});

/** What the page looks like. A page that has replaced a getter is read as empty there. */
const PAGE = z.object({
  signIn: z.literal(true).optional().catch(undefined),
  title: z.string().catch(''),
  text: z.string().catch(''),
  hooks: z.record(z.string(), z.object({ text: z.string(), data: z.record(z.string(), z.string()) })).catch({}),
  serviceWorker: z.boolean().catch(false),
});

/**
 * Runs in the page before its own scripts: watches close events, which no protocol of the browser reports with
 * code and reason. It only observes; `WebSocket` keeps its name, prototype and constants.
 */
function observeSockets(binding: string): void {
  const counts = new Map<string, number>();
  const closedByPage = new WeakSet<WebSocket>();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called on the socket, below
  const close = WebSocket.prototype.close;
  WebSocket.prototype.close = function (this: WebSocket, ...args: [number?, string?]) {
    closedByPage.add(this);
    close.apply(this, args);
  };
  window.WebSocket = new Proxy(WebSocket, {
    construct(target, args, newTarget): WebSocket {
      const socket = Reflect.construct(target, args, newTarget) as WebSocket;
      const index = counts.get(socket.url) ?? 0;
      counts.set(socket.url, index + 1);
      socket.addEventListener('close', (event) => {
        const report = (window as unknown as Record<string, ((report: object) => void) | undefined>)[binding];
        report?.({
          url: socket.url,
          index,
          code: event.code,
          reason: event.reason,
          wasClean: event.wasClean,
          byPage: closedByPage.has(socket),
        });
      });
      return socket;
    },
  });
}

/** From this many readings on that are not kept, a page counts as flooding. */
const FLOOD = 5000;

/** A script file asked for it: neither the document's markup names it, nor a script that stands in the document. */
const isByScript = ({ type, url, stack }: Initiator, document: string): boolean =>
  type === 'script' && (url ?? stack?.callFrames[0]?.url ?? document) !== document.split('#')[0];

/** Takes a text as it comes, and hands out its lines. */
function lines(push: (line: string) => void): { feed: (text: string) => void } {
  let rest = '';
  return {
    feed: (text) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) if (part.trim() !== '') push(part);
    },
  };
}

class PageRecorder implements Recorder {
  recorded: Recorded = { console: [], requests: [], sockets: [], issues: [] };
  private began = Date.now();
  private lastActivity = Date.now();
  private navigation: Evidence['navigation'] = { fromServiceWorker: false };
  private readonly requests = new Map<string, RequestReading>();
  private readonly sockets = new Map<string, SocketReading>();
  /** Sockets of the current document by URL, in the order in which the page made them. */
  private documentSockets = new Map<string, SocketReading[]>();
  /** The sockets of the document that a navigation leaves, which began at `at`. */
  private leaving: { at: number; sockets: readonly SocketReading[] } = { at: 0, sockets: [] };
  private frames = 0;
  private readonly dropped = new Map<string, number>();
  private overflow = 0;
  private onFlood: () => void = () => undefined;
  readonly flooded = new Promise<void>((resolve) => (this.onFlood = resolve));
  /** Event streams that the page reads by fetch: what takes their bytes, in base64. */
  private readonly streams = new Map<string, (data: string) => void>();
  private readonly waiters = new Set<() => void>();
  private mainFrame = '';
  private mainLoader = '';

  constructor(
    private readonly page: Page,
    private readonly cdp: CDPSession,
  ) {}

  now(): number {
    return Date.now() - this.began;
  }

  private touch(): void {
    this.lastActivity = Date.now();
    this.wake();
  }

  /** Those who wait look again. */
  private wake(): void {
    for (const wake of this.waiters) wake();
  }

  /** True when one more item fits under its limit; otherwise the loss is counted. */
  private room(kind: 'console' | 'requests' | 'sockets' | 'frames' | 'issues', used: number): boolean {
    if (used < LIMITS[kind]) return true;
    this.dropped.set(kind, (this.dropped.get(kind) ?? 0) + 1);
    this.overflow += 1;
    if (this.overflow === FLOOD) this.onFlood();
    return false;
  }

  async attach(context: BrowserContext): Promise<void> {
    context.on('console', (message) => {
      if (message.page() === this.page) this.onConsole(message);
    });
    context.on('weberror', (error) => {
      if (error.page() === this.page) this.onException(error);
    });
    await this.page.exposeBinding(BINDING, (_source, report: unknown) => this.onClose(report));
    await this.page.addInitScript(observeSockets, BINDING);
    const { cdp } = this;
    const workers = new WorkerWatch(this.page, cdp, {
      now: () => this.now(),
      touch: () => {
        this.touch();
      },
      socket: (reading) => {
        this.addSocket(reading);
      },
      request: (reading) => {
        this.addRequest(reading);
      },
      frame: (reading, direction, text, binary) => {
        this.pushFrame(reading.frames, direction, text, binary);
      },
      loaded: (url) => {
        this.onWorker(url);
      },
    });
    cdp.on('Network.requestWillBeSent', (event) => {
      if (event.redirectResponse) {
        const previous = this.requests.get(event.requestId);
        if (previous) {
          previous.status = event.redirectResponse.status;
          previous.headers = keptValues(maskHeaders(event.redirectResponse.headers));
          previous.redirectedTo = kept(event.request.url);
          previous.finishedAt = this.now();
        }
      }
      if (event.type === 'Document' && event.frameId === this.mainFrame && event.loaderId !== this.mainLoader) {
        this.mainLoader = event.loaderId;
        this.leaving = { at: this.now(), sockets: [...this.documentSockets.values()].flat() };
        this.documentSockets = new Map();
        this.navigation = { fromServiceWorker: false };
      }
      if (event.request.url.startsWith('data:')) return;
      workers.own(`${event.request.method} ${event.request.url}`);
      const reading: RequestReading = {
        at: this.now(),
        method: event.request.method,
        url: kept(event.request.url),
        type: (event.type ?? 'other').toLowerCase(),
        fromServiceWorker: false,
        ...askedStream(event.request.headers),
        ...this.foreignScript(event.initiator),
        ...(event.type === 'Script' && isByScript(event.initiator, event.documentURL) ? { byScript: true } : {}),
      };
      this.addRequest(reading);
      this.requests.set(event.requestId, reading);
    });
    cdp.on('Network.responseReceived', (event) => {
      const reading = this.requests.get(event.requestId);
      if (!reading) return;
      reading.status = event.response.status;
      reading.mimeType = event.response.mimeType;
      reading.headers = keptValues(maskHeaders(event.response.headers));
      reading.fromServiceWorker = event.response.fromServiceWorker ?? false;
      if (event.type === 'Document' && event.frameId === this.mainFrame) {
        this.navigation = { status: event.response.status, fromServiceWorker: reading.fromServiceWorker };
        this.leave();
      }
      if (reading.type === 'fetch' && isStream(reading)) void this.readStream(event.requestId, reading);
      this.touch();
    });
    cdp.on('Network.loadingFinished', (event) => {
      const reading = this.requests.get(event.requestId);
      if (!reading) return;
      if (reading.type === 'fetch' || reading.type === 'xhr') {
        // The request counts as finished only when its body has been read, so that evidence never lacks it.
        void this.readBody(event.requestId, reading).then(() => this.finish(reading));
      } else {
        this.finish(reading);
      }
    });
    cdp.on('Network.loadingFailed', (event) => {
      const reading = this.requests.get(event.requestId);
      if (!reading) return;
      // Empty where the browser itself refused: then the reason says why.
      if (event.errorText !== '') reading.error = event.errorText;
      if (event.blockedReason) reading.blockedReason = event.blockedReason;
      if (event.corsErrorStatus) reading.corsError = event.corsErrorStatus.corsError;
      if (reading.type === 'document' && this.navigation.status === undefined) this.navigation.error = event.errorText;
      this.finish(reading);
    });
    cdp.on('Network.eventSourceMessageReceived', (event) => {
      const reading = this.requests.get(event.requestId);
      if (reading) this.pushFrame((reading.events ??= []), 'received', `${event.eventName}: ${event.data}`, false);
    });
    cdp.on('Network.dataReceived', ({ requestId, data }) => {
      if (data !== undefined) this.streams.get(requestId)?.(data);
    });
    cdp.on('Network.webSocketCreated', (event) => {
      const script = this.foreignScript(event.initiator);
      const reading: SocketReading = { at: this.now(), url: kept(event.url), frames: [], ...script };
      workers.own(event.url);
      this.addSocket(reading);
      this.sockets.set(event.requestId, reading);
      const siblings = this.documentSockets.get(event.url);
      if (siblings) siblings.push(reading);
      else this.documentSockets.set(event.url, [reading]);
    });
    cdp.on('Network.webSocketWillSendHandshakeRequest', (event) => {
      const offered = Object.entries(event.request.headers).find(
        ([name]) => name.toLowerCase() === 'sec-websocket-protocol',
      );
      const reading = this.sockets.get(event.requestId);
      if (offered && reading)
        reading.protocols = offered[1].split(/,\s*/).map((entry) => cut(maskProtocol(entry), LIMITS.line));
    });
    cdp.on('Network.webSocketHandshakeResponseReceived', (event) => {
      const reading = this.sockets.get(event.requestId);
      // By HTTP/2 the answer to CONNECT is 200 (RFC 8441, section 5).
      if (reading && [101, 200].includes(event.response.status)) reading.openedAt = this.now();
      this.touch();
    });
    cdp.on('Network.webSocketFrameError', (event) => {
      const reading = this.sockets.get(event.requestId);
      if (reading) {
        reading.error = kept(event.errorMessage);
        if (/^Error (during|in) /.test(event.errorMessage)) delete reading.openedAt;
      }
      this.touch();
    });
    cdp.on('Network.webSocketClosed', (event) => {
      const reading = this.sockets.get(event.requestId);
      if (reading) reading.closedAt ??= this.now();
      this.touch();
    });
    cdp.on('Network.webSocketFrameReceived', (event) => this.onFrame(event.requestId, 'received', event.response));
    cdp.on('Network.webSocketFrameSent', (event) => this.onFrame(event.requestId, 'sent', event.response));
    cdp.on('Audits.issueAdded', ({ issue }) => {
      if (!this.room('issues', this.recorded.issues.length)) return;
      this.recorded.issues.push({
        at: this.now(),
        code: issue.code,
        detail: kept(JSON.stringify(issue.details)),
      } satisfies IssueReading);
    });
    const tree = await cdp.send('Page.getFrameTree');
    this.mainFrame = tree.frameTree.frame.id;
    await Promise.all([cdp.send('Network.enable'), cdp.send('Audits.enable'), workers.attach()]);
  }

  private addRequest(reading: RequestReading): void {
    if (this.room('requests', this.recorded.requests.length)) this.recorded.requests.push(reading);
    this.touch();
  }

  private addSocket(reading: SocketReading): void {
    if (this.room('sockets', this.recorded.sockets.length)) this.recorded.sockets.push(reading);
    this.touch();
  }

  /** The document is replaced: its sockets end, if they have not before. */
  private leave(): void {
    const { at, sockets } = this.leaving;
    for (const socket of sockets.filter(({ closedAt = Infinity }) => closedAt >= at)) {
      socket.closedAt ??= this.now();
      socket.closedByNavigation = true;
    }
  }

  /** The script of another host at which a request or socket began. */
  private foreignScript(initiator: Initiator | undefined): { foreignScript?: string } {
    let script: string | undefined;
    for (let stack = initiator?.stack; stack && script === undefined; stack = stack.parent)
      script = stack.callFrames.find(({ url }) => /^https?:/.test(url))?.url;
    if (script === undefined || !URL.canParse(this.page.url())) return {};
    return new URL(script).hostname === new URL(this.page.url()).hostname ? {} : { foreignScript: kept(script) };
  }

  private finish(reading: RequestReading): void {
    reading.finishedAt ??= this.now();
    this.touch();
  }

  /** A page that reads a stream by fetch: the browser tells of bytes, not of events. */
  private async readStream(requestId: string, reading: RequestReading): Promise<void> {
    const push = (text: string): void => this.pushFrame((reading.events ??= []), 'received', text, false);
    const parser = reading.mimeType === 'text/event-stream' ? eventParser(push) : lines(push);
    const decoder = new TextDecoder();
    const feed = (base64: string): void => parser.feed(decoder.decode(Buffer.from(base64, 'base64'), { stream: true }));
    // What comes while the browser answers stands behind what it has already.
    const early: string[] = [];
    this.streams.set(requestId, (data) => early.push(data));
    try {
      const { bufferedData } = await this.cdp.send('Network.streamResourceContent', { requestId });
      for (const data of [bufferedData, ...early]) feed(data);
      this.streams.set(requestId, feed);
    } catch {
      // The stream has ended already: its body is read as any other.
    }
  }

  private async readBody(requestId: string, reading: RequestReading): Promise<void> {
    try {
      const { body, base64Encoded } = await this.cdp.send('Network.getResponseBody', { requestId });
      if (!base64Encoded) reading.body = bounded(body, LIMITS.body);
      this.wake();
    } catch {
      // Evicted, or the page went away: the reading simply has no body.
    }
  }

  private onConsole(message: ConsoleMessage): void {
    if (!this.room('console', this.recorded.console.length)) return;
    const type = message.type();
    const line: ConsoleLine = {
      at: this.now(),
      level: type === 'error' || type === 'warning' ? type : 'log',
      text: kept(message.text()),
    };
    const { url } = message.location();
    if (url !== '') line.url = kept(url);
    this.recorded.console.push(line);
    this.touch();
  }

  private onException(error: WebError): void {
    if (!this.room('console', this.recorded.console.length)) return;
    const { name, message } = error.error();
    this.recorded.console.push({
      at: this.now(),
      level: 'exception',
      text: kept(`${name}: ${message}`),
    });
    this.touch();
  }

  private onClose(sent: unknown): void {
    const { data: report } = CLOSE_REPORT.safeParse(sent);
    if (!report) return;
    const reading = this.documentSockets.get(report.url)?.[report.index];
    if (!reading) return;
    reading.closedAt ??= this.now();
    reading.closeCode = report.code;
    reading.closeReason = kept(report.reason);
    reading.wasClean = report.wasClean;
    if (report.byPage) reading.closedByPage = true;
    this.touch();
  }

  private onFrame(
    requestId: string,
    direction: FrameReading['direction'],
    frame: { opcode: number; payloadData: string },
  ): void {
    const reading = this.sockets.get(requestId);
    if (reading) this.pushFrame(reading.frames, direction, frame.payloadData, frame.opcode === 2);
  }

  private pushFrame(frames: FrameReading[], direction: FrameReading['direction'], text: string, binary: boolean): void {
    if (!this.room('frames', this.frames)) return;
    this.frames += 1;
    const reading: FrameReading = { at: this.now(), direction, text: bounded(text, LIMITS.frame) };
    if (binary) reading.binary = true;
    frames.push(reading);
    this.touch();
  }

  /** Requests and handshakes that are open but not yet old enough to be held open on purpose. */
  private busy(heldMs: number): boolean {
    const now = this.now();
    return (
      this.recorded.requests.some(
        (request) => request.finishedAt === undefined && request.type !== 'eventsource' && now - request.at < heldMs,
      ) ||
      this.recorded.sockets.some(
        (socket) =>
          socket.openedAt === undefined &&
          socket.error === undefined &&
          socket.closedAt === undefined &&
          now - socket.at < heldMs,
      )
    );
  }

  async settled({ quietMs = 300, timeoutMs = 10_000, heldMs = HELD_MS }: SettledOptions = {}): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const now = Date.now();
      const quietFor = now - this.lastActivity;
      const busy = this.busy(heldMs);
      if (now >= deadline || (!busy && quietFor >= quietMs)) return;
      const wait = busy ? 50 : quietMs - quietFor;
      await this.activity(Math.min(wait, deadline - now));
    }
  }

  async until(condition: (recorded: Recorded) => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      if (condition(this.recorded)) return true;
      const left = deadline - Date.now();
      if (left <= 0) return false;
      await this.activity(left);
    }
  }

  /** Resolves at the next activity, or after `ms`. */
  private activity(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiters.add(done);
    });
  }

  /** The script of a worker runs, so it has been loaded: the session of the page does not tell. */
  private onWorker(url: string): void {
    const script = this.recorded.requests.find((request) => request.url === kept(url) && request.type === 'script');
    if (!script || script.finishedAt !== undefined) return;
    script.status ??= 200;
    this.finish(script);
  }

  restart(): void {
    this.recorded = { console: [], requests: [], sockets: [], issues: [] };
    this.navigation = { fromServiceWorker: false };
    this.frames = 0;
    this.dropped.clear();
    this.began = Date.now();
    this.lastActivity = this.began;
  }

  async evidence(visit: string, ms = 2000): Promise<Evidence> {
    const [page, shared = []] = await Promise.all([
      readPage(this.page, ms),
      within(sharedWorkers(this.page, this.cdp), ms).catch(() => undefined),
    ]);
    for (const script of shared) this.onWorker(script);
    return structuredClone({
      visit,
      startedAt: new Date(this.began).toISOString(),
      duration: this.now(),
      navigation: this.navigation,
      ...this.recorded,
      page: { ...page, ...(shared.length > 0 ? { sharedWorker: true as const } : {}) },
      truncated: [...this.dropped].map(([kind, count]) => `${kind}: ${count} more`),
    });
  }
}

/** What the page looks like now; empty when the page cannot answer (a hung or crashed renderer). */
async function readPage(page: Page, ms: number): Promise<PageReading> {
  const read = page.evaluate(() => {
    const hooks: PageReading['hooks'] = {};
    for (const element of Array.from(document.querySelectorAll<HTMLElement>('[data-testid]')).slice(0, 100)) {
      const { testid, ...data } = Object.fromEntries(Object.entries(element.dataset)) as Record<string, string>;
      if (testid !== undefined) hooks[testid] = { text: element.innerText.slice(0, 2000), data };
    }
    const signIn = Array.from(document.querySelectorAll('input[type="password"]')).some((one) => one.checkVisibility());
    return {
      ...(signIn ? { signIn: true as const } : {}),
      title: document.title.slice(0, 500),
      text: (document.body?.innerText ?? '').slice(0, 50_000),
      hooks,
      serviceWorker: navigator.serviceWorker?.controller != null,
    };
  });
  const { data: answer } = PAGE.safeParse(await within(read, ms).catch(() => undefined));
  const { title = '', text = '', hooks = {}, serviceWorker = false, signIn } = answer ?? {};
  return {
    ...defined({ signIn }),
    url: kept(page.url()),
    title: kept(title),
    text: bounded(text, LIMITS.text),
    hooks: Object.fromEntries(
      Object.entries(hooks).map(([testId, hook]) => [testId, { text: kept(hook.text), data: keptValues(hook.data) }]),
    ),
    serviceWorker,
  };
}

/** The scripts of the SharedWorkers of the page's origin that run in this browser. */
async function sharedWorkers(page: Page, cdp: CDPSession): Promise<string[]> {
  const { origin } = new URL(page.url());
  const filter = [{ type: 'shared_worker' }, { exclude: true }];
  const { targetInfos } = await cdp.send('Target.getTargets', { filter });
  return targetInfos.map(({ url }) => url).filter((url) => url.replace(/^blob:/, '').startsWith(`${origin}/`));
}

/** Starts recording a page. Call it before the first navigation. */
export async function record(context: BrowserContext, page: Page): Promise<Recorder> {
  const cdp = await context.newCDPSession(page);
  const recorder = new PageRecorder(page, cdp);
  await recorder.attach(context);
  return recorder;
}
