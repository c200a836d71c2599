import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import type { Evidence } from '../browser/evidence.ts';
import { isStream } from '../browser/evidence.ts';
import type { AddressRule } from '../common/address.ts';
import { defined } from '../common/defined.ts';
import { launchBrowser } from '../browser/launch.ts';
import type { Recorded, Recorder } from '../browser/recorder.ts';
import { record } from '../browser/recorder.ts';
import type { DeliveryObservation } from '../diagnosis/case.ts';
import type { Target } from '../diagnosis/targets.ts';
import { isElsewhere, isRealtime, targetsOf } from '../diagnosis/targets.ts';
import { parseAddress } from '../diagnosis/urls.ts';
import type { Client } from './publish.ts';
import { observeDelivery, textOf } from './publish.ts';
import { PageSecrets } from './secrets.ts';

export interface VisitOptions {
  url: string;
  rules: readonly AddressRule[];
  /** Hosts without a rule do not resolve. Default: they resolve as on this machine. */
  hermetic?: boolean;
  /** Sockets to open besides those of the page. */
  sockets?: readonly string[];
  /** State of a signed-in browser, as Playwright saves it. */
  storage?: Exclude<BrowserContextOptions['storageState'], string | undefined>;
  /** A command that publishes a message. */
  publish?: string;
  /** in ms, for the visit with everything that belongs to it */
  timeoutMs: number;
  onProgress?: (text: string) => void;
}

export interface Visited {
  evidence: Evidence;
  revisit?: Evidence;
  delivery?: DeliveryObservation;
  secrets: PageSecrets;
}

/** Pages that watch for a published message: enough to meet two replicas or workers. */
const CLIENTS = 4;

/** How long a page without a fault is watched, in ms after its connection opened, for one that ends by itself. */
const WATCH = 6500;
/** How long a page without any connection is waited for to make one, in ms. */
const LAZY = 5000;
/** How long a page gets to come back after its connection ended, in ms. */
const COMEBACK = 5000;

/**
 * Visits a page as anybody would, in a browser without a past, and records all that it does.
 *
 * @throws UserError when no browser can be started
 */
export async function visit(options: VisitOptions): Promise<Visited> {
  const seen = await visitOnce(options);
  // Where this machine's own network changed meanwhile, Chromium gave requests up that had nothing wrong.
  const { visited } = seen.disturbed ? await visitOnce(options) : seen;
  return visited;
}

const disturbed = ({ recorded }: Recorder): boolean =>
  [...recorded.requests, ...recorded.sockets].some(({ error }) => error?.includes('ERR_NETWORK_CHANGED'));

async function visitOnce(options: VisitOptions): Promise<{ visited: Visited; disturbed: boolean }> {
  const { url, rules, timeoutMs, onProgress } = options;
  const deadline = Date.now() + timeoutMs;
  const left = (most: number): number => Math.max(200, Math.min(most, deadline - Date.now()));
  const browser = await launchBrowser({ rules, hermetic: options.hermetic ?? false });
  try {
    const secrets = new PageSecrets();
    const first = await openPage(browser, options, left(9000), secrets);
    const { context, page, recorder } = first;
    onProgress?.('the page is open');
    for (const socket of options.sockets ?? []) {
      const open = (target: string): void => {
        new WebSocket(target);
      };
      await page.evaluate(open, socket).catch(() => undefined);
    }
    await recorder.settled({ quietMs: 500, timeoutMs: left(4500), heldMs: 1500 });
    const read = async (): Promise<Target[]> => targetsOf(await recorder.evidence(url));
    if (failing(await read()).length === 0) await connected(recorder, left);
    let delivery: DeliveryObservation | undefined;
    const recorders = [recorder];
    if (options.publish !== undefined && !breaksConnection(await read())) {
      onProgress?.('publishing a message');
      delivery = await publish(browser, options, first, left, recorders);
      if (Object.keys(delivery.channels).length === 0)
        onProgress?.(
          'nobody can tell whether it came: the page changes by itself; let the command publish $SINTOMA_NONCE',
        );
    }
    const outcome = delivery?.channels.page?.outcome;
    // A message that was lost is a failure already: nothing that comes later explains it.
    if (
      failing(await read()).every(mayPass) &&
      (outcome === undefined || outcome === 'live' || outcome === 'polling')
    ) {
      onProgress?.('no failure at once; watching whether the connection lasts');
      const { duration } = await recorder.evidence(url);
      await watch(recorder, duration, left);
    }
    const evidence = withoutEmptySecrets(await recorder.evidence(url), secrets);
    const targets = targetsOf(evidence);
    const well = !breaksConnection(targets) && delivery === undefined;
    const revisit = well ? await visitAgain(first, url, left) : undefined;
    const host = parseAddress(evidence.page.url)?.host ?? '';
    await secrets.readCookies(
      context,
      host,
      [...new Set(targets.filter(isRealtime).map((target) => target.url))].slice(0, 10),
    );
    const visited = { evidence, secrets, ...defined({ revisit, delivery }) };
    return { visited, disturbed: recorders.some(disturbed) };
  } finally {
    await browser.close();
  }
}

/** A failure that may yet turn out to be something else. */
const mayPass = (target: Target): boolean => target.symptom?.is === 'silent' || target.symptom?.is === 'closed';

/** There is a failure by which no message can come. */
const breaksConnection = (targets: readonly Target[]): boolean =>
  failing(targets).some(
    (target) => target.kind !== 'api' && target.kind !== 'channel-auth' && !isElsewhere({ targets }, target),
  );

/** A credential that is only the word for nothing is no secret, and it is evidence. */
function withoutEmptySecrets(evidence: Evidence, secrets: PageSecrets): Evidence {
  const bare = (url: string): string => {
    const real = secrets.reveal(url);
    return real !== url &&
      [...new URL(real).searchParams].every(
        ([, value]) => /^(null|undefined|nan|none|false|)$/i.test(value) || url.includes(value),
      )
      ? real
      : url;
  };
  return {
    ...evidence,
    sockets: evidence.sockets.map((socket) => ({ ...socket, url: bare(socket.url) })),
    requests: evidence.requests.map((request) => ({ ...request, url: bare(request.url) })),
  };
}

interface Opened extends Client {
  context: BrowserContext;
}

const failing = (targets: readonly Target[]): Target[] =>
  targets.filter((target) => target.relevant && target.symptom !== undefined);

async function openPage(
  browser: Browser,
  options: VisitOptions,
  timeout: number,
  secrets?: PageSecrets,
): Promise<Opened> {
  const context = await browser.newContext({
    ...defined({ storageState: options.storage }),
    viewport: { width: 1280, height: 900 },
    acceptDownloads: false,
  });
  const page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  if (secrets) await secrets.watch(context, page);
  const recorder = await record(context, page);
  await go(page, options.url, timeout);
  return { context, page, recorder };
}

/** Navigates; what fails is in the evidence. */
async function go(page: Page, url: string, timeout: number): Promise<void> {
  await page.goto(url, { waitUntil: 'domcontentloaded', timeout }).catch(() => undefined);
}

/** Some connection was tried, or the page asks for something again and again, or waits for the answer. */
function connects({ sockets, requests }: Recorded): boolean {
  const asked = requests.filter(({ type }) => type === 'fetch' || type === 'xhr');
  return (
    sockets.length > 0 ||
    requests.some(isStream) ||
    asked.some(({ finishedAt }) => finishedAt === undefined) ||
    new Set(asked.map(pathOf)).size < asked.length
  );
}

const pathOf = ({ url }: { url: string }): string => url.split('?')[0] ?? '';

/** Waits for a page that connects only after a while. */
async function connected(recorder: Recorder, left: (most: number) => number): Promise<void> {
  if (connects(recorder.recorded) || !(await recorder.until(connects, left(LAZY)))) return;
  await recorder.settled({ quietMs: 300, timeoutMs: left(2000), heldMs: 1500 });
}

/**
 * Watches connections that look well, until they end, or for a while.
 *
 * @param now ms since the recording began
 */
async function watch(recorder: Recorder, now: number, left: (most: number) => number): Promise<void> {
  const { recorded } = recorder;
  const streams = recorded.requests.filter(isStream);
  if (recorded.sockets.length === 0 && streams.length === 0) {
    // A question that nobody answers may be a slow one.
    await recorder.until(({ requests }) => requests.every(({ finishedAt }) => finishedAt !== undefined), left(2500));
    return;
  }
  const opened = [...recorded.sockets.map(({ openedAt, at }) => openedAt ?? at), ...streams.map(({ at }) => at)];
  const watched = now - Math.max(0, ...opened);
  const began = Date.now();
  await recorder.until(
    ({ sockets, requests }) => sockets.some(ended) || requests.some(endedStream),
    left(WATCH - watched),
  );
  const stream = recorded.requests.findLast(endedStream);
  if (stream) {
    const again = ({ requests }: Recorded): boolean =>
      requests.some((request) => request.at > stream.at && pathOf(request) === pathOf(stream));
    const back = await recorder.until(again, left(COMEBACK));
    // A server may end its streams now and then; one that is cut is watched for whether that is a habit.
    if (back && stream.error !== undefined)
      await recorder.until(({ requests }) => requests.filter(endedStream).length >= 2, left(WATCH));
  }
  const cut = recorded.sockets.findLast(ended);
  if (!cut) return;
  // Did the page come back? One that does is watched a little longer, to see whether that is a habit.
  const came = await recorder.until(
    ({ sockets }) => sockets.some((socket) => socket.at >= (cut.closedAt ?? 0)),
    left(COMEBACK),
  );
  if (!came) return;
  await recorder.until(
    ({ sockets }) => sockets.filter(ended).length >= 3,
    left(Math.min(6000, Math.max(2500, 2 * (Date.now() - began)))),
  );
}

const ended = (socket: Recorded['sockets'][number]): boolean =>
  socket.openedAt !== undefined && socket.closedAt !== undefined;

const endedStream = (request: Recorded['requests'][number]): boolean =>
  isStream(request) && request.status === 200 && request.finishedAt !== undefined;

async function publish(
  browser: Browser,
  options: VisitOptions,
  first: Opened,
  left: (most: number) => number,
  recorders: Recorder[],
): Promise<DeliveryObservation> {
  const others: Opened[] = [];
  try {
    const opening = Array.from({ length: CLIENTS - 1 }, () => openPage(browser, options, left(5000)));
    others.push(...(await Promise.all(opening)));
    recorders.push(...others.map(({ recorder }) => recorder));
    await Promise.all(others.map(({ recorder }) => recorder.settled({ quietMs: 300, timeoutMs: left(2500) })));
    if (connects(first.recorder.recorded)) await Promise.all(others.map(({ recorder }) => connected(recorder, left)));
    return await observeDelivery(
      [first, ...others],
      options.publish ?? '',
      async () => {
        const again = await openPage(browser, options, left(5000));
        await again.recorder.settled({ quietMs: 300, timeoutMs: left(2500) });
        const text = await textOf(again.page);
        await again.context.close();
        return text;
      },
      left(10_000),
    );
  } finally {
    await Promise.all(others.map(({ context }) => context.close().catch(() => undefined)));
  }
}

/** A page with a service worker is visited twice: only the second time does the worker answer. */
async function visitAgain(
  { page, recorder }: Opened,
  url: string,
  left: (most: number) => number,
): Promise<Evidence | undefined> {
  const registered = await page
    // Pages without a secure context have no service workers.
    .evaluate(async () =>
      'serviceWorker' in navigator ? (await navigator.serviceWorker.getRegistrations()).length : 0,
    )
    .catch(() => 0);
  if (registered === 0) return undefined;
  recorder.restart();
  await go(page, url, left(5000));
  await recorder.settled({ quietMs: 400, timeoutMs: left(3000) });
  return recorder.evidence(url);
}
