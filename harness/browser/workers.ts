/** What the web workers of a page do on the network, of which the session of the page tells nothing. */
import type { CDPSession, Page, Request, WebSocket } from '@playwright/test';
import type { FrameReading, RequestReading, SocketReading } from './evidence.ts';
import { LIMITS } from './evidence.ts';
import { bounded, kept, keptValues } from './kept.ts';
import { maskHeaders } from '../common/mask.ts';

/** Where the readings go. */
export interface WorkerSink {
  now: () => number;
  touch: () => void;
  socket: (reading: SocketReading) => void;
  request: (reading: RequestReading) => void;
  frame: (reading: SocketReading, direction: FrameReading['direction'], text: string, binary: boolean) => void;
  /** The script of a worker runs, so it has been loaded. */
  loaded: (url: string) => void;
}

/** How long the session of the page may take to tell of what is its own, in ms. */
const OWN_WITHIN = 250;

/**
 * Playwright tells of sockets and requests of page and workers alike: those of which the session of the page does not
 * tell are of a worker. Shared workers are targets of the browser, and not seen.
 */
export class WorkerWatch {
  private workers = 0;
  /** By address: how many of those that Playwright told of the session of the page has not. */
  private readonly untold = new Map<string, number>();
  /** Sockets of workers, and handshakes of workers that were answered, that are not yet matched. */
  private readonly unanswered: SocketReading[] = [];
  private readonly answered: { at: number; status: number }[] = [];

  constructor(
    private readonly page: Page,
    private readonly cdp: CDPSession,
    private readonly sink: WorkerSink,
  ) {}

  /** The session of the page tells of a socket or request. */
  own(address: string): void {
    this.count(address, -1);
  }

  private count(address: string, by: 1 | -1): void {
    const left = (this.untold.get(address) ?? 0) + by;
    if (left === 0) this.untold.delete(address);
    else this.untold.set(address, left);
  }

  async attach(): Promise<void> {
    const { page, sink } = this;
    page.on('worker', (worker) => {
      this.workers += 1;
      sink.loaded(worker.url());
    });
    page.on('websocket', (socket) => void this.onSocket(socket));
    page.on('request', (request) => void this.onRequest(request));
    await this.watchHandshakes();
  }

  /** Whether what was just made at this address is of a worker. */
  private async isOfWorker(address: string): Promise<boolean> {
    this.count(address, 1);
    // Playwright tells of a worker before its script begins, and of a socket after the session of the page has.
    if (this.workers === 0 || (this.untold.get(address) ?? 0) <= 0) return false;
    this.sink.touch();
    await new Promise((resolve) => setTimeout(resolve, OWN_WITHIN).unref());
    if ((this.untold.get(address) ?? 0) <= 0) return false;
    this.count(address, -1);
    return true;
  }

  private async onSocket(socket: WebSocket): Promise<void> {
    const { sink } = this;
    const reading: SocketReading = { at: sink.now(), url: kept(socket.url()), frames: [] };
    // What happens before it is known whose socket it is waits.
    const told: (() => void)[] = [];
    let tell = (what: () => void): void => void told.push(what);
    const onFrame = (direction: FrameReading['direction'], payload: string | Buffer): void => {
      const at = sink.now();
      tell(() => {
        reading.openedAt ??= at;
        sink.frame(reading, direction, payload.toString(), typeof payload !== 'string');
      });
    };
    socket.on('framereceived', ({ payload }) => {
      onFrame('received', payload);
    });
    socket.on('framesent', ({ payload }) => {
      onFrame('sent', payload);
    });
    socket.on('socketerror', (error) => {
      tell(() => {
        reading.error ??= handshakeError(error);
        sink.touch();
      });
    });
    socket.on('close', () => {
      const at = sink.now();
      tell(() => {
        reading.closedAt ??= at;
        sink.touch();
      });
    });
    const ofWorker = await this.isOfWorker(socket.url());
    tell = (what) => {
      if (ofWorker) what();
    };
    if (!ofWorker) return;
    sink.socket(reading);
    for (const what of told) what();
    this.unanswered.push(reading);
    this.match();
  }

  private async onRequest(request: Request): Promise<void> {
    const { sink } = this;
    const at = sink.now();
    const url = request.url();
    if (!/^https?:/.test(url) || !(await this.isOfWorker(`${request.method()} ${url}`))) return;
    const reading: RequestReading = {
      at,
      method: request.method(),
      url: kept(url),
      type: request.resourceType(),
      fromServiceWorker: false,
    };
    sink.request(reading);
    const response = await request.response().catch(() => null);
    if (response) {
      const headers = response.headers();
      reading.status = response.status();
      reading.mimeType = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
      reading.headers = keptValues(maskHeaders(headers));
      sink.touch();
      await response.finished().catch(() => undefined);
      const size = Number(headers['content-length'] ?? 0);
      if (request.failure() === null && size <= LIMITS.body)
        reading.body = bounded(await response.text().catch(() => ''), LIMITS.body);
    }
    const failure = request.failure();
    if (failure) reading.error = failure.errorText;
    reading.finishedAt = sink.now();
    sink.touch();
  }

  /** Playwright does not tell that a socket opened. Sockets are answered in the order in which they are asked for. */
  private async watchHandshakes(): Promise<void> {
    const { cdp } = this;
    cdp.on('Target.attachedToTarget', ({ sessionId }) => {
      const message = JSON.stringify({ id: 1, method: 'Network.enable' });
      void cdp.send('Target.sendMessageToTarget', { sessionId, message }).catch(() => undefined);
    });
    cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { method, params } = JSON.parse(message) as {
        method?: string;
        params?: { response?: { status?: number } };
      };
      if (method !== 'Network.webSocketHandshakeResponseReceived') return;
      this.answered.push({ at: this.sink.now(), status: params?.response?.status ?? 0 });
      this.match();
    });
    await cdp.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: false,
      filter: [{ type: 'worker' }, { exclude: true }],
    });
  }

  private match(): void {
    for (;;) {
      const [reading] = this.unanswered;
      const [answer] = this.answered;
      if (!reading || !answer) return;
      this.unanswered.shift();
      this.answered.shift();
      if ([101, 200].includes(answer.status)) reading.openedAt ??= answer.at;
      this.sink.touch();
    }
  }
}

/** An error of a handshake in Chromium's words: Playwright has its own for a status. */
function handshakeError(error: string): string {
  const [, status] = /: (\d{3})$/.exec(error) ?? [];
  return kept(status === undefined ? error : `Error during WebSocket handshake: Unexpected response code: ${status}`);
}
