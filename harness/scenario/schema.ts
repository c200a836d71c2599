/**
 * The form of everything that is written under scenarios/: one schema each, from which the types are inferred. See
 * docs/writing-scenarios.md for how to add one.
 */
import type { Locator, Page } from '@playwright/test';
import { z } from 'zod';
import { CAUSE_IDS } from '../causes/causes.ts';
import type { ControlSubscriber } from '../delivery/control.ts';
import type { Published } from '../delivery/published.ts';
import type { Block } from '../document/block.ts';
import type { Quote } from '../document/document.ts';
import type { Recorded } from '../browser/recorder.ts';
import type { Reload } from '../topology/in-place.ts';
import type { Readiness } from '../topology/readiness.ts';
import type { Reach } from '../topology/reach.ts';
import type { Shape } from './shape.ts';

/** A value that only code can judge: checked to be a function, typed by the caller. */
const fn = <T extends (...args: never[]) => unknown>(): z.ZodType<T, T> =>
  z.custom<T>((value) => typeof value === 'function', 'must be a function');

/** A text that must be equal, or match. */
const text = z.union([z.string(), z.instanceof(RegExp)]);
export type Text = z.infer<typeof text>;

/** First and last line of a place in a document. */
const lines = z.tuple([z.number().int().min(1), z.number().int().min(1)]).readonly();

/** How often what an expectation describes is seen: exactly once, unless it says otherwise. */
const count = {
  /** Exactly so often. */
  times: z.number().int().min(2).exactOptional(),
  /** Once or more: what the page repeats for as long as it is watched. */
  many: z.literal(true).exactOptional(),
  /** Of what is repeated on a timer of the page: its period, in ms. More than fit into the time are an error. */
  everyMs: z.number().int().min(1).exactOptional(),
  /** Also not at all: it depends on a timer of the page that may or may not have fired. Say why in a comment. */
  may: z.boolean().exactOptional(),
};
export interface Count {
  readonly times?: number;
  readonly many?: true;
  readonly everyMs?: number;
  readonly may?: boolean;
}

const consistent = ({ times, many, everyMs }: Count): boolean =>
  (times === undefined || many === undefined) && (everyMs === undefined || many === true);
const INCONSISTENT = '`times` and `many` exclude each other, and `everyMs` belongs to `many`';

/** Lines of the console that must (or, with `may`, may) be seen. */
const consoleExpectation = z
  .strictObject({
    level: z.enum(['error', 'warning', 'exception', 'log']),
    text,
    url: text.exactOptional(),
    ...count,
  })
  .readonly()
  .refine(consistent, INCONSISTENT);
export type ConsoleExpectation = z.infer<typeof consoleExpectation>;

/** HTTP requests that must (or may) be seen, and their outcome: a status or a net error. */
const requestExpectation = z
  .strictObject({
    method: z.string(),
    url: text,
    status: z.number().int().exactOptional(),
    error: text.exactOptional(),
    mimeType: z.string().exactOptional(),
    blockedReason: z.string().exactOptional(),
    corsError: z.string().exactOptional(),
    fromServiceWorker: z.boolean().exactOptional(),
    ...count,
  })
  .readonly()
  .refine(consistent, INCONSISTENT);
export type RequestExpectation = z.infer<typeof requestExpectation>;

/** Frames of a socket: a text that they contain, a pattern, or the shape of the JSON that they are. */
const frameExpectation = z.union([
  text,
  z
    .strictObject({ text, ...count })
    .readonly()
    .refine(consistent, INCONSISTENT),
  z
    .strictObject({
      json: z.custom<Shape>((value) => value !== undefined, 'must be a shape'),
      /** What stands before the JSON, e.g. the packet type and namespace of Socket.IO. */
      after: z.string().exactOptional(),
      ...count,
    })
    .readonly()
    .refine(consistent, INCONSISTENT),
]);
export type FrameExpectation = z.infer<typeof frameExpectation>;

/** WebSockets that must (or may) be seen, and how they went. */
const socketExpectation = z
  .strictObject({
    url: text,
    /** `open` at the end of the visit, `failed` in the handshake, `closed` after it was open, `pending` handshake. */
    outcome: z.enum(['open', 'failed', 'closed', 'pending']),
    /** What Chromium says after "failed: ". */
    error: text.exactOptional(),
    closeCode: z.number().int().exactOptional(),
    closeReason: text.exactOptional(),
    closedByPage: z.boolean().exactOptional(),
    /**
     * The frames that it received: these and no others, apart from those that carry a published message. Without it
     * they are not compared.
     */
    received: z.array(frameExpectation).readonly().exactOptional(),
    /** The frames that the page sent: these and no others. Without it they are not compared. */
    sent: z.array(frameExpectation).readonly().exactOptional(),
    ...count,
  })
  .readonly()
  .refine(consistent, INCONSISTENT);
export type SocketExpectation = z.infer<typeof socketExpectation>;

/** In which way a page showed a message without being reloaded from outside; from the best to the worst. */
export const WAYS = ['live', 'polling', 'refetched', 'reloaded'] as const;
export type Way = (typeof WAYS)[number];

/** How far one message came at one page. */
export const OUTCOMES = [...WAYS, 'after-reload', 'never'] as const;

/** How far a new message came; of several messages or pages, how many of the showings happened. */
const messageOutcome = z.union([
  z.enum(OUTCOMES),
  z
    .strictObject({
      shown: z.number().int().min(1),
      of: z.number().int().min(2),
      by: z.enum(WAYS).default('live'),
    })
    .readonly()
    .refine(({ shown, of }) => shown < of, 'all are no part: say how they were shown'),
]);
export type MessageOutcome = z.infer<typeof messageOutcome>;

/** What must become of the messages of each channel, and of the page's API data (`api`). */
const delivery = z.record(z.string(), z.union([z.enum(['loaded', 'missing']), messageOutcome])).readonly();
export type Delivery = z.infer<typeof delivery>;

const names = z.array(z.string()).readonly();

/** One step of a repair, as an operator does it. */
const repairStep = z.union([
  /** Changes the files; nothing that runs notices. Name of a fault, several, or none for the healthy files. */
  z.strictObject({ edit: names }).readonly(),
  z.strictObject({ build: names }).readonly(),
  z.strictObject({ up: z.literal(true), without: names.exactOptional() }).readonly(),
  z.strictObject({ restart: names }).readonly(),
  /** Waits until a running service has noticed what changed behind it, and answers a path so: by default below 500. */
  z
    .strictObject({
      answers: z
        .strictObject({
          service: z.string(),
          port: z.number().int(),
          http: z.string(),
          status: z.number().int().exactOptional(),
          tls: z.string().exactOptional(),
        })
        .readonly(),
    })
    .readonly(),
]);
export type RepairStep = z.infer<typeof repairStep>;
const steps = z.array(repairStep).readonly();

/** What happens while a page is open: a step of an operator, or the wait until the page shows something. */
const event = z.union([
  z
    .strictObject({
      /** An element by data-testid, and its `data-state` or text. */
      shows: z
        .strictObject({ element: z.string(), text: text.exactOptional(), state: z.string().exactOptional() })
        .readonly(),
    })
    .readonly(),
  repairStep,
]);
export type Event = z.infer<typeof event>;

/**
 * A remedy and what must hold after it. Each one is applied to the broken system; one that follows a remedy that
 * fails goes on from where that one left the system, as an operator would.
 */
const repair = z
  .strictObject({
    title: z.string().min(1),
    /** Where the document prescribes it; absent for a repair that no document names. */
    document: lines.exactOptional(),
    /** None where the remedy is to open another address. */
    steps,
    /** The address that the document says to open afterwards, where it differs. */
    visit: z.url().exactOptional(),
    /** The documented remedy does not help: what it leaves is stated by `delivery` and `console`. */
    fails: z.boolean().exactOptional(),
    delivery,
    /** Default: no line at all. Not checked for a repair that fails unless stated. */
    console: z.array(consoleExpectation).readonly().exactOptional(),
    /** Not checked unless stated. */
    sockets: z.array(socketExpectation).readonly().exactOptional(),
    /** Services that do not become ready even after it. */
    without: names.exactOptional(),
  })
  .readonly();
export type Repair = z.infer<typeof repair>;

/** When a message is published: while the page takes part in the channel, or when it has been connecting for at most so long. */
const moment = z.union([z.literal('connected'), z.strictObject({ connectingMs: z.number().int().min(1) }).readonly()]);
export type Moment = z.infer<typeof moment>;

export const scenarioSchema = z
  .strictObject({
    /** One sentence for a person. */
    title: z.string().min(1),
    /** The place in a document that it reproduces: name without extension, first and last line. */
    document: z.strictObject({ name: z.string(), lines }).readonly().exactOptional(),
    /** What the document says, in our words, where reality differs from it. */
    documentSays: z.string().exactOptional(),
    /** Names of faults: Compose overrides in the topology's folder of faults. None for the healthy system. */
    faults: names.default([]),
    /** Steps done after the faulty files were started: for faults of sequence, such as an edit without a build. */
    after: steps.exactOptional(),
    /** Steps that lead back to the healthy system where `up` alone does not. Done at the end, also after a failure. */
    leave: steps.exactOptional(),
    /** Services that do not become ready because of the fault. */
    without: names.default([]),
    /** Visited healthy first, in the same browser profile, before the fault comes. */
    visitedBefore: z.url().exactOptional(),
    visit: z.url(),
    /**
     * What happens while the pages are open, before anything is published: a service that is restarted under them, say.
     * What must be seen is what was seen from the visit on.
     */
    whileOpen: z.array(event).readonly().exactOptional(),
    signedIn: z.boolean().default(true),
    /** How long, in ms, the page is given to go quiet: less than the usual 10 s for one that never does. */
    settleMs: z.number().int().min(100).exactOptional(),
    /** Pages open at the same time. */
    clients: z.number().int().min(1).max(8).default(1),
    /**
     * Messages published one after the other: how many, or one by one, when: while the page takes part in the channel,
     * or when it has been connecting for at most so many ms.
     */
    messages: z.union([z.number().int().min(1).max(20), z.array(moment).readonly()]).default(1),
    console: z.array(consoleExpectation).readonly(),
    requests: z.array(requestExpectation).readonly(),
    sockets: z.array(socketExpectation).readonly(),
    /** State of page elements by data-testid: text, or their `data-state`. */
    page: z
      .record(z.string(), z.strictObject({ text: text.exactOptional(), state: z.string().exactOptional() }).readonly())
      .readonly()
      .exactOptional(),
    /** The main document did not load: its net error. */
    navigationError: text.exactOptional(),
    delivery,
    /**
     * The control subscriber gets every message: it was published. False where the fault is in publisher or broker; by
     * channel where they differ (those not named: true).
     */
    published: z.union([z.boolean(), z.record(z.string(), z.boolean()).readonly()]).default(true),
    /** What the application answers who publishes, where it does not take the message: a status, or nothing at all. */
    publisher: z.union([z.number().int(), z.literal('no answer')]).exactOptional(),
    cause: z.enum([...CAUSE_IDS, 'none']),
    /**
     * What the outside can name at best, where it cannot tell the declared cause from a look-alike: the evidence is the
     * same, and only an operator sees the difference.
     */
    causeFromOutside: z.enum(CAUSE_IDS).exactOptional(),
    /** Ids of scenarios whose symptom this one's expectations accept as well; `sintoma matrix` holds this against evidence. */
    sameSymptomAs: names.default([]),
    repairs: z.array(repair).readonly().default([]),
    /** Its symptom is what a browser says of a certificate's name or date, which takes a store that knows the authority. */
    needsTrustStore: z.boolean().exactOptional(),
    tags: z.array(z.string().regex(/^@/, 'must begin with @')).readonly().default([]),
  })
  .readonly();

/** What a scenario file writes; the rest has defaults. */
export type ScenarioInput = z.input<typeof scenarioSchema>;

/** A scenario as it is played: with every default, its id and where it is written. */
export type Scenario = z.infer<typeof scenarioSchema> & {
  /** `<topology>/<name>` */
  readonly id: string;
  readonly topology: string;
  /** Path of the file that defines it, relative to the project. */
  readonly file: string;
  /** file:line:column where it is written; empty where that is not known. */
  readonly at: string;
};

/** One way on which messages reach the page. */
const channel = z
  .strictObject({
    /** Publishes a message with this text through the application's own path. */
    publish: fn<(reach: Reach, text: string) => Promise<Published>>(),
    /**
     * Attaches a subscriber straight to the broker or backend; `no broker` when that does not run. A UserError says
     * that it does not answer. Without one, a lost message and one that was never published look the same.
     */
    control: fn<(reach: Reach) => Promise<ControlSubscriber> | 'no broker'>().exactOptional(),
    /** Where this channel's messages show up; default: as the topology says. */
    shows: fn<(page: Page, text: string) => Locator>().exactOptional(),
    /**
     * The page takes part: what is published from now on reaches it, in the way that is expected. Nothing is published
     * before that, where a message is to be shown. Default: one of its sockets is open.
     */
    subscribed: fn<(recorded: Recorded, way: Way) => boolean>().exactOptional(),
    /** The frame in which a message arrives, as the document has it. Without it, its shape is not compared. */
    frame: frameExpectation.exactOptional(),
  })
  .readonly();
export type Channel = z.infer<typeof channel>;

/** A fact that tells that a service is ready. */
const readiness: z.ZodType<Readiness, Readiness> = z.union([
  z.strictObject({ log: z.instanceof(RegExp) }),
  z.strictObject({
    http: z.string(),
    port: z.number().int(),
    tls: z.string().exactOptional(),
    status: z.number().int().exactOptional(),
  }),
  z.strictObject({ tcp: z.number().int() }),
]);

const reload: z.ZodType<Reload, Reload> = z.union([
  z.literal('restart'),
  z.strictObject({
    signal: z.string().regex(/^[A-Z][A-Z0-9]*$/, 'must be the name of a signal, such as "HUP"'),
    done: z.instanceof(RegExp),
    failed: z.instanceof(RegExp),
  }),
]);

/** A code block of a document; not known by its class, which a project may load twice. */
const block = z.custom<Block>(
  (value) => typeof value === 'object' && value !== null && 'without' in value && 'documented' in value,
  "must be a block of a document: document('docs/page.md').section('nginx').block()",
);

const files = z.record(z.string().regex(/^[\w.-]+:\/./, 'must be "service:/path"'), block).readonly();

/** It becomes the name of a file. */
const FAULT_NAME = /^[A-Za-z0-9][\w.-]*$/;

/** Scenarios that show one fault in several variants of a system, such as behind several proxies. */
const variants = z
  .strictObject({
    /** What the variants differ by, as a word for a heading: "proxy". */
    by: z.string().min(1),
    /** Each fault with its scenarios by variant: a name without the topology, or why the variant has none. */
    rows: z
      .array(
        z.strictObject({
          wrong: z.string().min(1),
          cells: z.record(
            z.string(),
            z.union([z.strictObject({ scenario: z.string() }), z.strictObject({ none: z.string() })]),
          ),
        }),
      )
      .readonly(),
  })
  .readonly();

export const topologySchema = z
  .strictObject({
    /** The deployment's compose.yaml, relative to topology.ts. It need not have been written for Sintoma. */
    compose: z.string(),
    /** Folder of the faults: Compose overrides, one file each, relative to topology.ts. Default: `faults` beside it. */
    faults: z.string().default('faults'),
    /** Files of services that are code blocks of documents: "service:/path/in/its/container" to block. */
    files: files.exactOptional(),
    /** Faults that are edits of such files: name of the fault to what differs of `files`. */
    edits: z.record(z.string().regex(FAULT_NAME, 'is no name of a fault'), files).readonly().exactOptional(),
    /**
     * Documented "host:port" to where it leads: "service:port" (the container's), `closed` or `no-record`. The
     * extension `x-addresses` of a Compose file adds to it, or overrides it.
     */
    addresses: z.record(z.string(), z.string()).readonly().default({}),
    /** Ports that are published besides those of the Compose files, as "service:port": nothing else reaches such a port. */
    ports: z
      .array(z.string().regex(/^[\w.-]+:\d+$/, 'must be "service:port"'))
      .readonly()
      .exactOptional(),
    /**
     * Each host is a system of its own, which its visitors know alone: the diagnosis is told no address of the others.
     * Default: all addresses are those of one system.
     */
    separateHosts: z.boolean().exactOptional(),
    /** The documents that describe it: name to number of lines. */
    documents: z.record(z.string(), z.number().int().min(1)).readonly().default({}),
    /** What is wrong by variant, as a table of the report. */
    variants: variants.exactOptional(),
    /** How each service tells that it is ready. Default: its health check where it has one, else that it runs. */
    ready: z.record(z.string(), readiness).readonly().default({}),
    /**
     * Services that hold nothing but their configuration, and how each takes files that were changed: by `restart`, or
     * by a signal, after which it says in its log that it has done so, or that it has failed to. The tests then change
     * such a service in place, where only files differ whose content stands in the Compose files or in a document;
     * others get new containers.
     */
    reload: z.record(z.string(), reload).readonly().default({}),
    /** Signs a user in, on an empty page of a fresh profile, before the visit. Default: nobody is signed in. */
    signIn: fn<(page: Page) => Promise<void>>().exactOptional(),
    /** Where a message with this text shows up. Default: anywhere in the page. */
    shows: fn<(page: Page, text: string) => Locator>().exactOptional(),
    /** What became of the data that the page loads over its API. Without it, `delivery.api` cannot be stated. */
    data: fn<(page: Page) => Promise<PageData>>().exactOptional(),
    channels: z.record(z.string(), channel).readonly(),
    /** How long, in ms, after the control subscriber got a message the page may take to show it. */
    graceMs: z.number().int().min(1).default(700),
    /** How long, in ms, the control subscriber is given. */
    controlMs: z.number().int().min(1).default(2000),
  })
  .readonly();

/** Of the data that a page loads over its API: still under way, shown, or not had. */
export type PageData = 'loading' | 'loaded' | 'missing';

/** What topology.ts writes; the rest has defaults. */
export type TopologyInput = z.input<typeof topologySchema>;

/** A documented system. */
export type Topology = z.infer<typeof topologySchema> & {
  /** The name of its folder. */
  readonly name: string;
};

const verdict = z.enum(['holds', 'holds with a correction', 'refuted', 'not checkable']);
export type Verdict = z.infer<typeof verdict>;

/** What a scenario or check says about a claim by passing; `corrects`: in part the one, in part the other. */
const stance = z.enum(['shows', 'contradicts', 'corrects']);
export type Stance = z.infer<typeof stance>;

const decider = z.strictObject({ id: z.string(), stance }).readonly();
export type Decider = z.infer<typeof decider>;

/** The verdict that deciders give together. */
export function verdictOf(deciders: readonly Pick<Decider, 'stance'>[]): Verdict {
  const stances = new Set(deciders.map((one) => one.stance));
  if (stances.size === 0) return 'not checkable';
  if (stances.size > 1 || stances.has('corrects')) return 'holds with a correction';
  return stances.has('shows') ? 'holds' : 'refuted';
}

/** What a claim quotes of an own document; not known by its class, which a project may load twice. */
const quote = z.custom<Quote>(
  (value) => typeof value === 'object' && value !== null && 'section' in value && 'text' in value,
  "must be a quote: document('docs/page.md').section('nginx').quote('…')",
);

/** One sentence of a document that can be checked, as claims.ts has it. */
export const claimSchema = z
  .strictObject({
    id: z.string(),
    /** Of a document that is not the project's own: its name, first and last line. */
    document: z.string().exactOptional(),
    lines: lines.exactOptional(),
    /** Of an own document: its words. */
    at: quote.exactOptional(),
    /** The claim in our own words. */
    says: z.string().min(1),
    verdict,
    /** The correction, the refutation or why it cannot be checked, in one sentence. */
    found: z.string().min(1),
    /** The scenarios and checks whose passing decides it, and how. */
    decidedBy: z.array(decider).readonly(),
  })
  .readonly()
  .refine(
    ({ document, lines: written, at }) => (at === undefined) === (document !== undefined && written !== undefined),
    'a claim says where: by `document` and `lines`, or by `at`, the quote of an own document',
  )
  .refine(
    ({ verdict: written, decidedBy }) => (written === 'not checkable') === (decidedBy.length === 0),
    'a claim is decided by a scenario or check, except one that is not checkable',
  )
  .superRefine(({ verdict: written, decidedBy }, context) => {
    const given = verdictOf(decidedBy);
    if (given === written || decidedBy.length === 0) return;
    const said = decidedBy.map((one) => `${one.id} ${one.stance} it`).join(', ');
    context.addIssue({ code: 'custom', path: ['verdict'], message: `"${written}", but "${given}": ${said}` });
  });
export type ClaimInput = z.infer<typeof claimSchema>;

/** A claim with its place; that of a quote is looked up in the document when it is asked for. */
export type Claim = Omit<ClaimInput, 'document' | 'lines'> & {
  /** Name of a document, or the path of an own one. */
  readonly document: string;
  readonly lines: readonly [from: number, to: number];
};

/** What a check may use besides the published ports. */
export interface CheckTools {
  /** Runs a command inside a service's container. */
  exec(service: string, command: readonly string[]): Promise<string>;
  /** The last lines of each service's log. */
  logs(): Promise<Record<string, string>>;
}

/** A small check of the healthy (or a faulty) system that decides claims and is no scenario: one question, one answer. */
export const checkSchema = z
  .strictObject({
    id: z.string(),
    title: z.string().min(1),
    faults: names.exactOptional(),
    /** file:line:column where it is written; empty where that is not known. */
    at: z.string().default(''),
    /** Throws when what it finds is not what it states. Returns what it read, for the report. */
    run: fn<(reach: Reach & CheckTools) => Promise<string>>(),
  })
  .readonly();
export type Check = z.infer<typeof checkSchema>;
