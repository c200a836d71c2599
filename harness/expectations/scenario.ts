/** What a scenario, a topology and a claim are: data. See CONTRIBUTING.md for how to add one. */
import type { CauseId } from '../diagnosis/causes.ts';
import type { ControlSubscriber } from '../delivery/control.ts';
import type { Readiness } from '../topology/readiness.ts';
import type { Reach } from '../topology/stack.ts';

/** A place in a document: name without extension, first and last line. */
export interface DocumentLines {
  name: string;
  lines: readonly [number, number];
}

/** A text that must be equal, or match. */
export type Text = string | RegExp;

/** One line of the console that must (or, with `may`, may) be seen. */
export interface ConsoleExpectation {
  level: 'error' | 'warning' | 'exception' | 'log';
  text: Text;
  url?: Text;
  /** Its appearance depends on a timer of the page that may or may not have rung; say why in a comment. */
  may?: boolean;
}

/** One HTTP request that must (or may) be seen, and its outcome: a status or a net error. */
export interface RequestExpectation {
  method: string;
  url: Text;
  status?: number;
  error?: Text;
  mimeType?: string;
  blockedReason?: string;
  corsError?: string;
  fromServiceWorker?: boolean;
  may?: boolean;
}

/** One WebSocket that must (or may) be seen, and how it went. */
export interface SocketExpectation {
  url: Text;
  /** `open` at the end of the visit, `failed` in the handshake, `closed` after it was open, `pending` handshake. */
  outcome: 'open' | 'failed' | 'closed' | 'pending';
  /** What Chromium says after "failed: ". */
  error?: Text;
  closeCode?: number;
  closeReason?: Text;
  closedByPage?: boolean;
  /** Each of these must be in some received frame. */
  received?: readonly Text[];
  may?: boolean;
}

/**
 * How far a new message came. `perhapsNone` is for faults under which each message is lost by chance, so that on a
 * slow machine all may be.
 */
export type MessageOutcome = 'live' | 'polling' | 'after-reload' | 'never' | { partial: true; perhapsNone?: true };
/** What must become of the messages of each channel, and of the page's API data (`api`). */
export type Delivery = Readonly<Record<string, MessageOutcome | 'loaded' | 'missing'>>;

/** One step of a repair, as an operator does it. */
export type RepairStep =
  /** Changes the files; nothing that runs notices. Name of a fault file, several, or none for the healthy files. */
  | { edit: readonly string[] }
  | { build: readonly string[] }
  | { up: true }
  | { restart: readonly string[] }
  /** Waits until a running service has noticed what changed behind it, and answers a path so: by default below 500. */
  | { answers: { service: string; port: number; http: string; status?: number } };

/**
 * A remedy and what must hold after it. Each one is applied to the broken system; one that follows a remedy that
 * fails goes on from where that one left the system, as an operator would.
 */
export interface Repair {
  title: string;
  /** Where the document prescribes it; absent for a repair that no document names. */
  document?: readonly [number, number];
  /** None where the remedy is to open another address. */
  steps: readonly RepairStep[];
  /** The address that the document says to open afterwards, where it differs. */
  visit?: string;
  /** The documented remedy does not help: what it leaves is stated by `delivery` and `console`. */
  fails?: boolean;
  delivery: Delivery;
  /** Default: no line at all. Not checked for a repair that fails unless stated. */
  console?: readonly ConsoleExpectation[];
  without?: readonly string[];
}

export interface Scenario {
  /** `<topology>/<name>` */
  id: string;
  topology: string;
  /** One sentence for a person. */
  title: string;
  document: DocumentLines;
  /** What the document says, in our words, where reality differs from it. */
  documentSays?: string;
  /** Fault files under compose/<topology>/faults, without extension; none for the healthy system. */
  faults: readonly string[];
  /** Steps done after the faulty files were started: for faults of sequence, such as an edit without a build. */
  after?: readonly RepairStep[];
  /** Steps that lead back to the healthy system where `up` alone does not. Done at the end, also after a failure. */
  leave?: readonly RepairStep[];
  /** Services that do not become ready because of the fault. */
  without: readonly string[];
  /** Visited healthy first, in the same browser profile, before the fault comes. */
  visitedBefore?: string;
  visit: string;
  signedIn: boolean;
  /** How long, in ms, the page is given to go quiet: less than the usual 10 s for one that never does. */
  settleMs?: number;
  /** Pages open at the same time. Default 1. */
  clients: number;
  /** Messages published one after the other. Default 1. */
  messages: number;
  /** Each is published without a wait for what becomes of the one before it. */
  burst?: boolean;
  console: readonly ConsoleExpectation[];
  requests: readonly RequestExpectation[];
  sockets: readonly SocketExpectation[];
  /** State of the page's elements by data-testid: text, or one of its data attributes. */
  page?: Readonly<Record<string, { text?: Text; state?: string }>>;
  /** The main document did not load: its net error. */
  navigationError?: Text;
  delivery: Delivery;
  /**
   * The control subscriber gets every message: it was published. False where the fault is in publisher or broker; by
   * channel where they differ (those not named: true).
   */
  published: boolean | Readonly<Record<string, boolean>>;
  cause: CauseId | 'none';
  /**
   * What the outside can name at best, where it cannot tell the declared cause from a look-alike: the evidence is the
   * same, and only an operator sees the difference.
   */
  causeFromOutside?: CauseId;
  /** Ids of scenarios whose symptom this one's expectations accept as well; `sintoma matrix` holds this against evidence. */
  sameSymptomAs: readonly string[];
  repairs: readonly Repair[];
  tags: readonly string[];
  /** Path of the file that defines it, relative to the project. */
  file: string;
  /** file:line:column where it is written. */
  at: string;
}

/** What publishing one message answered. */
export interface Published {
  /** The application said that it took the message. */
  ok: boolean;
  status?: number;
  detail?: string;
}

/** One way on which messages reach the page. */
export interface Channel {
  /** Publishes a message with this text through the application's own path. */
  publish(reach: Reach, nonce: string): Promise<Published>;
  /**
   * Attaches a subscriber straight to the broker or backend; `no broker` when that does not run. A UserError says
   * that it does not answer.
   */
  control(reach: Reach): Promise<ControlSubscriber> | 'no broker';
  /** Where (data-testid) this channel's messages show up; default: the topology's. */
  messages?: string;
}

/** A documented system. */
export interface Topology {
  name: string;
  /** The documents that describe it: name to number of lines. */
  documents: Readonly<Record<string, number>>;
  ready: Readonly<Record<string, Readiness>>;
  /** localStorage of a signed-in user. */
  session: Readonly<Record<string, string>>;
  channels: Readonly<Record<string, Channel>>;
  /** The page element (data-testid) whose data-state tells whether the API data is there; default `api`/`loaded`. */
  api?: { testId: string; loaded: string };
  /** Where (data-testid) a message shows up; default `messages`. */
  messages?: string;
  /** How long, in ms, after the control subscriber got a message the page may take to show it. Default 700. */
  graceMs?: number;
  /** How long, in ms, the control subscriber is given. Default 2000. */
  controlMs?: number;
}

/** One sentence of a document that can be checked. */
export interface Claim {
  id: string;
  document: string;
  lines: readonly [number, number];
  /** The claim in our own words. */
  says: string;
  verdict: Verdict;
  /** The correction, the refutation or why it cannot be checked, in one sentence. */
  found: string;
  /** Scenario ids and names of checks whose passing decides it. Empty only for `not checkable`. */
  decidedBy: readonly string[];
}

export type Verdict = 'holds' | 'holds with a correction' | 'refuted' | 'not checkable';

/** A small check of the healthy (or a faulty) system that decides claims and is no scenario: one question, one answer. */
export interface Check {
  id: string;
  topology: string;
  title: string;
  faults?: readonly string[];
  /** Throws when what it finds is not what it states. Returns what it read, for the report. */
  run(reach: Reach & CheckTools): Promise<string>;
}

/** What a check may use besides the published ports. */
export interface CheckTools {
  /** Runs a command inside a service's container. */
  exec(service: string, command: readonly string[]): Promise<string>;
  /** The last lines of each service's log. */
  logs(): Promise<Record<string, string>>;
}
