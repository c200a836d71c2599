import type { BrowserContextOptions, Locator, Page } from '@playwright/test';
import type { Evidence } from '../browser/evidence.ts';
import { isStream } from '../browser/evidence.ts';
import type { AddressRule } from '../common/address.ts';
import { defined } from '../common/defined.ts';
import { after, within } from '../common/time.ts';
import type { Recorded, Recorder } from '../browser/recorder.ts';
import { record } from '../browser/recorder.ts';
import type { DeliveryObservation } from '../diagnosis/known.ts';
import type { Target } from '../diagnosis/targets/target.ts';
import { isElsewhere } from '../diagnosis/targets/target.ts';
import { targetsOf } from '../diagnosis/targets.ts';
import type { Client } from './connections.ts';
import { CLIENT_CONNECTS_WITHIN, connectedLike } from './connections.ts';
import type { OpenPage, Opener } from './opener.ts';
import { attached, launched } from './opener.ts';
import { observeDelivery, textOf } from './publish.ts';
import { PageSecrets } from './secrets.ts';

export interface VisitOptions {
  url: string;
  rules: readonly AddressRule[];
  /** Hosts without a rule do not resolve. Default: they resolve as on this machine. */
  hermetic?: boolean;
  /** Sockets to open besides those of the page. */
  sockets?: readonly string[];
  /** The user's own browser, by the address of its DevTools protocol; by default one is started. */
  attach?: { endpoint: string; onTab: (id: string) => void };
  /** State of a signed-in browser, as Playwright saves it. */
  storage?: Exclude<BrowserContextOptions['storageState'], string | undefined>;
  /** The shell command that publishes a message. */
  publish?: string;
  /** A selector of Playwright to click once the page is open: some pages connect only then. */
  click?: string;
  /** A selector of Playwright to wait for, after the click. */
  waitFor?: string;
  /** How long a working connection is watched after it opened, in case it ends, in ms; default {@link WATCH_FOR}. */
  watchMs?: number;
  /** in ms, for all that the visit waits for; reading what was recorded takes up to 3 s more */
  timeoutMs: number;
  onProgress?: (text: string) => void;
}

export interface VisitResult {
  evidence: Evidence;
  revisit?: Evidence;
  delivery?: DeliveryObservation;
  /** The page has not shown what `click` or `waitFor` names: the option, as the user writes it, and its selector. */
  absent?: string;
  secrets: PageSecrets;
}

/** How many pages wait for a published message: enough to reach two replicas or workers. */
const CLIENT_COUNT = 4;

/** How long a working connection is watched after it opened, in ms, in case it ends, unless the user says otherwise. */
const WATCH_FOR = 6500;
/** How long to wait for the first connection of a page, in ms. */
const CONNECTS_WITHIN = 5000;
/** How long a page may take to reconnect, in ms. */
const RECONNECTS_WITHIN = 5000;

/** How long to wait for one more attempt of a page that lost its connection and failed to open it again, in ms. */
const GIVES_UP_WITHIN = 3000;

/** How long the page may take to show what it looks like and what it stores, and the browser to close, in ms. */
const LAST_LOOK = 1200;

/**
 * Visits a page in a fresh browser profile, and records everything that it does. Whatever the page does, the visit ends
 * in time: what has been recorded by then is the result.
 *
 * @throws UserError when no browser can be started
 */
export async function visit(options: VisitOptions): Promise<VisitResult> {
  const deadline = Date.now() + options.timeoutMs;
  const first = await visitOnce(options, deadline);
  // When this machine's own network changes, Chromium aborts healthy requests: visit again.
  const again = first.disturbed && deadline - Date.now() > options.timeoutMs / 3;
  const { result } = again ? await visitOnce(options, deadline) : first;
  return result;
}

const disturbed = ({ recorded }: Recorder): boolean =>
  [...recorded.requests, ...recorded.sockets].some(({ error }) => error?.includes('ERR_NETWORK_CHANGED'));

/** How long may still be waited, in ms, but at most `most`. */
type Remaining = (most: number) => number;

/** What the steps of a visit found, as far as they came. */
interface Progress {
  evidence?: Evidence;
  revisit?: Evidence;
  delivery?: DeliveryObservation;
  absent?: string;
  recorders: Recorder[];
}

async function visitOnce(
  options: VisitOptions,
  deadline: number,
): Promise<{ result: VisitResult; disturbed: boolean }> {
  const { url, rules, attach, storage, hermetic = false, onProgress } = options;
  const remaining: Remaining = (most) => Math.max(200, Math.min(most, deadline - Date.now()));
  const opener = attach
    ? await attached(attach.endpoint, attach.onTab)
    : await launched({ rules, hermetic, ...defined({ storage }) });
  try {
    const secrets = new PageSecrets();
    const opened = await openPage(opener, secrets);
    const { context, page, recorder } = opened;
    const found: Progress = { recorders: [recorder] };
    const ended = await Promise.race([
      takeSteps(opener, options, opened, remaining, found).then(() => 'done' as const),
      recorder.flooded.then(() => 'flooded' as const),
      after(remaining(options.timeoutMs)).then(() => 'late' as const),
    ]);
    if (ended !== 'done') onProgress?.('the page does not come to rest: going on with what was seen');
    // Only without its page the browser has nothing more to tell.
    if (ended === 'flooded') void opened.close().catch(() => undefined);
    const ms = { done: LAST_LOOK, late: LAST_LOOK / 2, flooded: 0 }[ended];
    const [evidence] = await Promise.all([
      found.evidence ?? recorder.evidence(url, ms),
      secrets.readStorage(context, page, ms, opener.own),
    ]);
    const { masker } = secrets;
    const { delivery, revisit, absent } = found;
    return {
      result: {
        evidence: masker.data(evidence),
        secrets,
        ...defined({ absent, ...masker.data({ delivery, revisit }) }),
      },
      disturbed: found.recorders.some(disturbed),
    };
  } finally {
    await within(opener.end(), LAST_LOOK / 2).catch(() => undefined);
  }
}

/** All that a visit does once the page's recording has begun. What it finds stands in `found` at once. */
async function takeSteps(
  opener: Opener,
  options: VisitOptions,
  opened: Opened,
  remaining: Remaining,
  found: Progress,
): Promise<void> {
  const { url, onProgress } = options;
  const { page, recorder } = opened;
  await navigate(page, url, remaining(9000));
  onProgress?.('the page is open');
  for (const socket of options.sockets ?? []) {
    const open = (target: string): void => {
      new WebSocket(target);
    };
    await page.evaluate(open, socket).catch(() => undefined);
  }
  await recorder.settled({ quietMs: 500, timeoutMs: remaining(4500), heldMs: 1500 });
  const absent = await interact(options, opened, remaining);
  if (absent !== undefined) {
    found.absent = absent;
    onProgress?.(`the page shows nothing that matches ${absent}: going on with what was seen`);
  }
  const read = async (): Promise<Target[]> => targetsOf(await recorder.evidence(url));
  if (goesOn(await read())) await waitForConnection(recorder, remaining);
  if (options.publish !== undefined && failing(await read()).some(isClosed)) await reconnected(recorder, remaining);
  if (options.publish !== undefined && !breaksConnection(await read())) {
    onProgress?.('publishing a message');
    found.delivery = await publish(opener, options, options.publish, opened, remaining, found.recorders);
    if (Object.keys(found.delivery.channels).length === 0)
      onProgress?.('delivery is unknown, because the page changes by itself: let the command publish $SINTOMA_NONCE');
  }
  const outcome = found.delivery?.channels.page?.outcome;
  // A lost message is a failure already, which nothing later explains.
  if (
    failing(await read()).every((target) => mayRecover(target) || isOneRefusal(target)) &&
    (outcome === undefined || outcome === 'live' || outcome === 'polling')
  ) {
    onProgress?.('no failure so far; watching whether the connection lasts');
    const { duration } = await recorder.evidence(url);
    await watch(recorder, duration, found.delivery !== undefined, options.watchMs ?? WATCH_FOR, remaining);
  }
  const evidence = await recorder.evidence(url);
  found.evidence = evidence;
  const worksSoFar = !breaksConnection(targetsOf(evidence)) && found.delivery === undefined;
  const revisit = worksSoFar ? await visitAgain(opened, url, remaining) : undefined;
  if (revisit) found.revisit = revisit;
}

/**
 * Does what the user says that a visitor does before the page connects.
 *
 * @returns what the page does not show in time, if anything: what is wrong may keep it away
 */
async function interact(
  { click, waitFor }: VisitOptions,
  { page, recorder }: Opened,
  remaining: Remaining,
): Promise<string | undefined> {
  if (click === undefined && waitFor === undefined) return undefined;
  const find = (selector: string): Locator => page.locator(selector).first();
  const succeeds = (act: Promise<void>): Promise<boolean> =>
    act.then(
      () => true,
      () => false,
    );
  if (click !== undefined && !(await succeeds(find(click).click({ timeout: remaining(8000) }))))
    return `--click ${click}`;
  if (waitFor !== undefined && !(await succeeds(find(waitFor).waitFor({ timeout: remaining(8000) }))))
    return `--wait-for ${waitFor}`;
  await recorder.settled({ quietMs: 500, timeoutMs: remaining(4500), heldMs: 1500 });
  return undefined;
}

/** The page may go on without what fails: what an application refuses, or what has no host while other requests succeed. */
function goesOn(targets: readonly Target[]): boolean {
  const served = targets.some(({ kind, works }) => kind === 'api' && works);
  return failing(targets).every(
    (target) => isOneRefusal(target) || (served && target.kind === 'api' && target.symptom?.is === 'network'),
  );
}

/** An application refuses a request of the page, which may go on without it. */
const isOneRefusal = ({ kind, symptom }: Target): boolean =>
  (kind === 'api' || kind === 'script') && symptom?.is === 'status' && symptom.status < 500;

/** A failure that may disappear or change when the page is watched longer. */
const mayRecover = (target: Target): boolean => target.symptom?.is === 'silent' || isClosed(target);

const isClosed = ({ symptom }: Target): boolean => symptom?.is === 'closed';

/** A failure prevents messages from arriving. */
const breaksConnection = (targets: readonly Target[]): boolean =>
  failing(targets).some(
    (target) => target.kind !== 'api' && target.kind !== 'channel-auth' && !isElsewhere({ targets }, target),
  );

type Opened = Client & OpenPage;

const failing = (targets: readonly Target[]): Target[] =>
  targets.filter((target) => target.relevant && target.symptom !== undefined);

/** Opens an empty page whose recording has begun. */
async function openPage(opener: Opener, secrets?: PageSecrets): Promise<Opened> {
  const opened = await opener.open();
  const { context, page } = opened;
  if (secrets) await secrets.watch(context, page);
  return { ...opened, recorder: await record(context, page) };
}

/** Opens the page as one more client. */
async function openClient(opener: Opener, options: VisitOptions, remaining: Remaining): Promise<Opened> {
  const opened = await openPage(opener);
  await navigate(opened.page, options.url, remaining(5000));
  await opened.recorder.settled({ quietMs: 300, timeoutMs: remaining(2500) });
  await interact(options, opened, remaining);
  return opened;
}

/** Navigates. A failure is recorded in the evidence. */
async function navigate(page: Page, url: string, timeout: number): Promise<void> {
  await page.goto(url, { waitUntil: 'domcontentloaded', timeout }).catch(() => undefined);
}

/** The page has tried a connection, repeats a request, or waits for an answer. */
function triesToConnect({ sockets, requests }: Recorded): boolean {
  const asked = requests.filter(({ type }) => type === 'fetch' || type === 'xhr');
  return (
    sockets.length > 0 ||
    requests.some(isStream) ||
    asked.some(({ finishedAt }) => finishedAt === undefined) ||
    new Set(asked.map(pathOf)).size < asked.length
  );
}

const pathOf = ({ url }: { url: string }): string => url.split('?')[0] ?? '';

/** Waits for the first connection of a page that connects late. */
async function waitForConnection(recorder: Recorder, remaining: Remaining): Promise<void> {
  if (triesToConnect(recorder.recorded) || !(await recorder.until(triesToConnect, remaining(CONNECTS_WITHIN)))) return;
  await recorder.settled({ quietMs: 300, timeoutMs: remaining(2000), heldMs: 1500 });
}

/**
 * Watches working connections until they end, or for a limited time.
 *
 * @param now ms since the recording began
 * @param published a message was published meanwhile
 * @param watchMs how long a connection is watched after it opened
 */
async function watch(
  recorder: Recorder,
  now: number,
  published: boolean,
  watchMs: number,
  remaining: Remaining,
): Promise<void> {
  const { recorded } = recorder;
  const streams = recorded.requests.filter(isStream);
  if (recorded.sockets.length === 0 && streams.length === 0) {
    // A pending request may only be slow.
    await recorder.until(
      ({ requests }) => requests.every(({ finishedAt }) => finishedAt !== undefined),
      remaining(2500),
    );
    return;
  }
  const opened = [...recorded.sockets.map(({ openedAt, at }) => openedAt ?? at), ...streams.map(({ at }) => at)];
  // A published message is traffic: the time without any begins anew.
  const spoken = published ? recorded.sockets.flatMap(({ frames }) => frames.at(-1)?.at ?? []) : [];
  const watched = now - Math.max(0, ...opened, ...spoken);
  const began = Date.now();
  await recorder.until(
    ({ sockets, requests }) => sockets.some(ended) || requests.some(endedStream),
    remaining(watchMs - watched),
  );
  const stream = recorded.requests.findLast(endedStream);
  if (stream) {
    // One that is still waiting may yet be refused.
    const again = ({ requests }: Recorded): boolean =>
      requests.some((request) => request.at > stream.at && pathOf(request) === pathOf(stream) && answered(request));
    const reopened = await recorder.until(again, remaining(RECONNECTS_WITHIN));
    // A server may end a stream normally. If it was cut, watch whether that happens again.
    if (reopened && stream.error !== undefined)
      await recorder.until(({ requests }) => requests.filter(endedStream).length >= 2, remaining(WATCH_FOR));
  }
  const cut = recorded.sockets.findLast(ended);
  // If the page reconnects, watch a little longer whether the connection is cut again.
  if (!cut || !(await reconnected(recorder, remaining))) return;
  // Whether a page gives its connections up again and again shows only after several.
  const [times, most] =
    cut.closedByPage === true ? [6, 7000] : [3, Math.min(6000, Math.max(2500, 2 * (Date.now() - began)))];
  await recorder.until(({ sockets }) => sockets.filter(ended).length >= times, remaining(most));
  // A page whose attempts fail has given up when no other follows for a while.
  const { length } = recorded.sockets;
  if (recorded.sockets.at(-1)?.error !== undefined)
    await recorder.until(({ sockets }) => sockets.length > length, remaining(GIVES_UP_WITHIN));
}

/** Waits until a page whose last connection was cut opens another one. Says whether it does. */
async function reconnected(recorder: Recorder, remaining: Remaining): Promise<boolean> {
  const { closedAt = 0 } = recorder.recorded.sockets.findLast(ended) ?? {};
  return recorder.until(
    ({ sockets }) => sockets.some((socket) => socket.at >= closedAt),
    remaining(RECONNECTS_WITHIN - (recorder.now() - closedAt)),
  );
}

const ended = (socket: Recorded['sockets'][number]): boolean =>
  socket.openedAt !== undefined && socket.closedAt !== undefined;

const answered = ({ status, finishedAt }: Recorded['requests'][number]): boolean =>
  status !== undefined || finishedAt !== undefined;

const endedStream = (request: Recorded['requests'][number]): boolean =>
  isStream(request) && request.status === 200 && request.finishedAt !== undefined;

async function publish(
  opener: Opener,
  options: VisitOptions,
  command: string,
  first: Opened,
  remaining: Remaining,
  recorders: Recorder[],
): Promise<DeliveryObservation> {
  const others: Opened[] = [];
  try {
    const opening = Array.from({ length: CLIENT_COUNT - 1 }, () => openClient(opener, options, remaining));
    others.push(...(await Promise.all(opening)));
    recorders.push(...others.map(({ recorder }) => recorder));
    if (triesToConnect(first.recorder.recorded))
      await Promise.all(others.map(({ recorder }) => waitForConnection(recorder, remaining)));
    const connected = await connectedLike(first, others, remaining(CLIENT_CONNECTS_WITHIN));
    return await observeDelivery(
      [first, ...connected],
      command,
      async () => {
        const again = await openClient(opener, options, remaining);
        const text = await textOf(again.page);
        await again.close();
        return text;
      },
      remaining(10_000),
    );
  } finally {
    await Promise.all(others.map(({ close }) => close().catch(() => undefined)));
  }
}

/** Visits a page with a service worker again: the worker answers only the second visit. */
async function visitAgain(
  { page, recorder }: Opened,
  url: string,
  remaining: Remaining,
): Promise<Evidence | undefined> {
  const registered = await page
    // Only secure contexts have service workers.
    .evaluate(async () =>
      'serviceWorker' in navigator ? (await navigator.serviceWorker.getRegistrations()).length : 0,
    )
    .catch(() => 0);
  if (registered === 0) return undefined;
  recorder.restart();
  await navigate(page, url, remaining(5000));
  await recorder.settled({ quietMs: 400, timeoutMs: remaining(3000) });
  return recorder.evidence(url);
}
