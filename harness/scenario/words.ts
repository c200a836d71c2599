/** The words in which topologies, scenarios, claims and checks are written. They return plain data. */
import { storing } from './sign-in.ts';
import type { Locator, Page } from '@playwright/test';
import type { Quote } from '../document/document.ts';
import type { Reload } from '../topology/in-place.ts';
import type { Shape } from './shape.ts';
import type {
  Check,
  ClaimInput,
  ConsoleExpectation,
  Decider,
  Event,
  FrameExpectation,
  PageData,
  RepairStep,
  RequestExpectation,
  ScenarioInput,
  SocketExpectation,
  Text,
  TopologyInput,
  Verdict,
  Way,
} from './schema.ts';

/** A scenario as written, with its id. */
export interface WrittenScenario {
  id: string;
  input: ScenarioInput;
  /** file:line:column where it is written, so that a failure points there; empty where that is not known. */
  at: string;
}

/**
 * Where a call came from: the first frame in a file of scenarios or checks. The stack becomes text when it is first
 * read, and Node 20 may run a module before Playwright knows its source map: read it when the module has been loaded.
 */
function writtenAt({ stack = '' }: Error): string {
  const frame = stack.split('\n').find((line) => /(\.scenario|[\\/]checks)\.[cm]?[jt]s[?:]/.test(line));
  return (
    /((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^()]+:\d+:\d+)/
      .exec(frame ?? '')?.[1]
      ?.replace(/^file:\/\//, '')
      .replace(/\?[^:]*/, '') ?? ''
  );
}

function placed<T extends object>(written: T): T & { readonly at: string } {
  const call = new Error();
  return {
    ...written,
    get at() {
      return writtenAt(call);
    },
  };
}

/** Writes down a scenario. `id` is `<topology>/<name>`. */
export const scenario = (id: string, input: ScenarioInput): WrittenScenario => placed({ id, input });

/** Writes down a topology; its name is that of its folder. */
export const topology = (input: TopologyInput): TopologyInput => input;

/** Writes down a check. `id` is `<topology>/<name>`. */
export const check = (id: string, input: Omit<Check, 'id' | 'at'>): Check => placed({ id, ...input });

/** An error of the console; `url` is the resource that it names outside the text. */
export const error = (text: Text, url?: Text): ConsoleExpectation => consoleLine('error', text, url);
export const warning = (text: Text, url?: Text): ConsoleExpectation => consoleLine('warning', text, url);
/** An uncaught error of the page. */
export const exception = (text: Text, url?: Text): ConsoleExpectation => consoleLine('exception', text, url);

const consoleLine = (level: ConsoleExpectation['level'], text: Text, url?: Text): ConsoleExpectation =>
  url === undefined ? { level, text } : { level, text, url };

/** "Failed to load resource: …" at a URL. */
export const failedResource = (reason: string, url: Text): ConsoleExpectation =>
  error(`Failed to load resource: ${reason}`, url);
/** "WebSocket connection to '<url>' failed: <reason>", as an error. The URL stands in the text. */
export const failedSocket = (url: string, reason: string): ConsoleExpectation =>
  error(`WebSocket connection to '${url}' failed: ${reason}`);

/** A request that was answered with this status. */
export const answered = (
  method: string,
  url: Text,
  status: number,
  more: Partial<RequestExpectation> = {},
): RequestExpectation => ({ method, url, status, ...more });
/** A request that failed below HTTP. */
export const refused = (
  method: string,
  url: Text,
  netError: Text,
  more: Partial<RequestExpectation> = {},
): RequestExpectation => ({ method, url, error: netError, ...more });

/** A socket that is open at the end of the visit. */
export const openSocket = (url: Text, more: Partial<SocketExpectation> = {}): SocketExpectation => ({
  url,
  outcome: 'open',
  ...more,
});
/** A socket whose handshake failed. */
export const brokenSocket = (url: Text, reason: Text, more: Partial<SocketExpectation> = {}): SocketExpectation => ({
  url,
  outcome: 'failed',
  error: reason,
  ...more,
});

/** A frame that contains a text, or matches a pattern, as an expectation that can be counted. */
export const frame = (text: Text): { text: Text } => ({ text });
/**
 * A frame that is JSON of this shape.
 *
 * @param after what stands before the JSON
 */
export const json = (shape: Shape, after?: string): Exclude<FrameExpectation, Text> =>
  after === undefined ? { json: shape } : { json: shape, after };

/** Marks an expectation as one that may be absent. */
export const may = <T extends object>(expectation: T): T & { may: true } => ({ ...expectation, may: true });
/** What an expectation describes is seen exactly so often. */
export const times = <T extends object>(count: number, expectation: T): T & { times: number } => ({
  ...expectation,
  times: count,
});
/**
 * What an expectation describes is seen once or more, as the page repeats it.
 *
 * @param everyMs the period of the timer on which the page repeats it
 */
export const many = <T extends object>(expectation: T, everyMs?: number): T & { many: true } => ({
  ...expectation,
  many: true,
  ...(everyMs === undefined ? {} : { everyMs }),
});

/** Repair step: changes the files, and nothing that runs. Without a fault: the healthy files. */
export const edit = (...faults: string[]): RepairStep => ({ edit: faults });
/** Repair step: builds the images of services from the files as they are now. */
export const build = (...services: string[]): RepairStep => ({ build: services });
/**
 * Repair step: brings what runs in line with the files.
 *
 * @param without services that do not become ready; default: those that the scenario or repair names
 */
export const up = ({ without }: { without?: readonly string[] } = {}): RepairStep => ({
  up: true,
  ...(without === undefined ? {} : { without }),
});
/** Repair step: restarts services, the same containers. */
export const restart = (...services: string[]): RepairStep => ({ restart: services });
/**
 * How nginx takes changed files: for `reload` of a topology. Its error log goes to the container's output, from level
 * `notice` on. A worker that ends says so before it stops listening.
 */
export const NGINX_RELOAD: Reload = { signal: 'HUP', done: /gracefully shutting down/, failed: /\[emerg\]/ };
/** How HAProxy takes changed files, in master-worker mode (`-W`): by then its former worker has stopped listening. */
export const HAPROXY_RELOAD: Reload = { signal: 'USR2', done: /Loading success/, failed: /Loading failure/ };
/**
 * Repair step: waits until a service answers a path.
 *
 * @param port the container's
 * @param more its status; without it, anything below 500 will do. `tls`: by https, under this name
 */
export const answers = (
  service: string,
  port: number,
  http: string,
  more: { status?: number; tls?: string } = {},
): RepairStep => ({ answers: { service, port, http, ...more } });

/**
 * While a page is open: waits until an element of the first page shows a state or a text.
 *
 * @param element its data-testid
 */
export const shown = (element: string, wanted: { state?: string; text?: string | RegExp }): Event => ({
  shows: { element, ...wanted },
});

/** Says of a scenario or check that its passing shows what a claim says. */
export const shows = (id: string): Decider => ({ id, stance: 'shows' });
/** Says of a scenario or check that its passing contradicts what a claim says. */
export const contradicts = (id: string): Decider => ({ id, stance: 'contradicts' });
/** Says of a scenario or check that its passing shows a part of what a claim says, and contradicts another part. */
export const corrects = (id: string): Decider => ({ id, stance: 'corrects' });

const decidersOf = (topology: string, deciders: readonly Decider[]): Decider[] =>
  deciders.map(({ id, stance }) => ({ id: `${topology}/${id}`, stance }));

/**
 * The word in which a document's claims are written. The verdict is what the deciders give together: `holds` where all
 * show it, `refuted` where all contradict it, and a correction in between. Without a decider it is `not checkable`, and
 * `found` is the reason.
 *
 * @param prefix of the claims' ids, e.g. `balancas` for `balancas-01`
 * @param document its name
 * @param topology whose scenarios and checks decide; default: named as the document
 */
export const claimsOf =
  (prefix: string, document: string, topology = document) =>
  (
    number: string,
    lines: readonly [number, number],
    says: string,
    verdict: Verdict,
    found: string,
    ...decidedBy: readonly Decider[]
  ): ClaimInput => ({
    id: `${prefix}-${number}`,
    document,
    lines,
    says,
    verdict,
    found,
    decidedBy: decidersOf(topology, decidedBy),
  });

/**
 * The word in which claims of own documents are written: each quotes what it is about, which is also what it says. For
 * the rest see {@link claimsOf}.
 *
 * @param prefix of the claims' ids
 * @param topology whose scenarios and checks decide
 */
export const quotedClaims =
  (prefix: string, topology: string) =>
  (number: string, at: Quote, verdict: Verdict, found: string, ...decidedBy: readonly Decider[]): ClaimInput => ({
    id: `${prefix}-${number}`,
    at,
    says: at.text,
    verdict,
    found,
    decidedBy: decidersOf(topology, decidedBy),
  });

/** How to sign in (`signIn` of a topology): localStorage that the user has on every origin. */
export const withLocalStorage = (entries: Readonly<Record<string, string>>): ((page: Page) => Promise<void>) => {
  const signIn = async (page: Page): Promise<void> => {
    await page.addInitScript((session) => {
      // Runs in each document before its own scripts. Opaque origins (error pages) have no storage: nothing to do there.
      try {
        for (const [key, value] of Object.entries(session)) {
          if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
        }
      } catch {
        // No storage here.
      }
    }, entries);
  };
  return storing(signIn, entries);
};

/**
 * What became of the page's API data (`data` of a topology), told by the `data-state` of an element: `loading` while it
 * is under way, `loaded` when it is shown.
 *
 * @param testId of the element
 * @param loaded the state that stands for loaded data
 */
export const dataState =
  (testId = 'api', loaded = 'loaded') =>
  async (page: Page): Promise<PageData> => {
    const state = await page.evaluate(async (id) => {
      const read = (): string | undefined =>
        document.querySelector<HTMLElement>(`[data-testid="${id}"]`)?.dataset.state;
      // A page that says nothing of such data may only not have been drawn yet.
      if (read() === undefined) await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 1000 }));
      return read();
    }, testId);
    if (state === loaded) return 'loaded';
    return state === 'loading' ? 'loading' : 'missing';
  };

/** Where a message shows up (`shows` of a topology or channel): in the element with this data-testid. */
export const insideTestId =
  (testId: string) =>
  (page: Page, text: string): Locator =>
    page.getByTestId(testId).getByText(text);

/** A message is published when the page has been connecting for at most so many ms. */
export const connecting = (connectingMs: number): { connectingMs: number } => ({ connectingMs });

/** Of several messages or pages, some of the showings happen: so many of so many. */
export const some = (shown: number, of: number, by: Way = 'live'): { shown: number; of: number; by: Way } => ({
  shown,
  of,
  by,
});
