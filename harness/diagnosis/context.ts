import type { Evidence } from '../browser/evidence.ts';
import type { CauseId } from '../causes/causes.ts';
import type { DeliveryObservation, Known } from './known.ts';
import type {
  AnswerOf,
  BundleAnswer,
  HandshakeAnswer,
  HandshakeQuestion,
  HttpAnswer,
  HttpQuestion,
  Question,
  Reading,
} from './readings.ts';
import { COST, keyOf } from './readings.ts';
import { targetsOf } from './targets.ts';
import type { Target } from './targets/target.ts';
import { isRealtime } from './targets/target.ts';
import type { Address } from './urls.ts';
import { authority, changed, hostClass, originOf, parseAddress, withScheme } from './urls.ts';

/**
 * What the examinations of causes work with: the evidence of a visit, and the answers to questions. A question without
 * an answer is noted as wanted, and the examination continues with `undefined`. So the causes alone decide which probes
 * run, and a probe runs only while its answer can still change the diagnosis.
 */
export class RuleContext {
  readonly evidence: Evidence;
  readonly page: Address;
  readonly targets: readonly Target[];
  readonly delivery: DeliveryObservation | undefined;
  /** Questions without an answer yet, with the causes that asked them. */
  private readonly wanted = new Map<string, { question: Question; causes: Set<CauseId> }>();
  /** Causes that asked a question that could not be answered: they are neither supported nor ruled out. */
  readonly unresolved = new Set<CauseId>();
  private examined: CauseId | undefined;
  private tentative = false;
  private missing = false;
  private readonly answers: ReadonlyMap<string, Reading>;

  constructor(readonly known: Known) {
    this.evidence = known.evidence;
    this.delivery = known.delivery;
    this.page = parseAddress(known.evidence.page.url) ??
      parseAddress(known.evidence.visit) ?? { scheme: 'http', secure: false, host: '', port: 80, path: '/', query: '' };
    this.targets = targetsOf(known.evidence);
    this.answers = new Map(known.readings.map((reading) => [keyOf(reading.question), reading]));
  }

  /** The answer to a question. Without one: undefined, and the question is noted as wanted. */
  ask<Q extends Question>(question: Q): AnswerOf<Q> | undefined {
    const key = keyOf(question);
    const reading = this.answers.get(key);
    if (reading) return reading.answer;
    if (this.known.closed || this.known.unanswerable?.has(key)) {
      this.missing = true;
      if (this.examined && !this.tentative) this.unresolved.add(this.examined);
    } else {
      const wanted = this.wanted.get(key) ?? { question, causes: new Set<CauseId>() };
      if (this.examined) wanted.causes.add(this.examined);
      this.wanted.set(key, wanted);
    }
    return undefined;
  }

  /** The answer to a question if there is one; the question is not noted as wanted. */
  peek<Q extends Question>(question: Q): AnswerOf<Q> | undefined {
    return this.answers.get(keyOf(question))?.answer;
  }

  /**
   * Runs an examination for this cause: its questions are asked on behalf of the cause. What a system sends is a
   * stranger's: an examination that throws over it is one that does not know.
   */
  examining<T>(cause: CauseId, look: () => T | undefined): T | undefined {
    this.examined = cause;
    try {
      return look();
    } catch {
      this.unresolved.add(cause);
      return undefined;
    } finally {
      this.examined = undefined;
    }
  }

  /** Reads a fact that may not matter in the end: a question that cannot be answered leaves the cause as it is. */
  tentatively<T>(read: () => T): { value: T; missing: boolean } {
    this.missing = false;
    this.tentative = true;
    try {
      const value = read();
      return { value, missing: this.missing };
    } finally {
      this.tentative = false;
    }
  }

  /** Notes that a question about this cause could not be answered. */
  leaveOpen(cause: CauseId): void {
    this.unresolved.add(cause);
  }

  /** The questions without an answer that these causes asked, cheapest first. */
  questions(ofCause: (cause: CauseId) => boolean = () => true): Question[] {
    return [...this.wanted.values()]
      .filter(({ causes }) => [...causes].some(ofCause))
      .map(({ question }) => question)
      .sort((a, b) => COST[a.ask] - COST[b.ask]);
  }

  // ------------------------------------------------------------ common questions

  tcp(host: string, port: number): AnswerOf<{ ask: 'tcp'; host: string; port: number }> | undefined {
    return this.ask({ ask: 'tcp', host, port });
  }

  /** Whether two hosts resolve to the same address; undefined while that is not known. */
  samePlace(a: Pick<Address, 'host' | 'port'>, b: Pick<Address, 'host' | 'port'>): boolean | undefined {
    const first = this.ask({ ask: 'dns', host: a.host, port: a.port });
    const second = this.ask({ ask: 'dns', host: b.host, port: b.port });
    return first && second ? first.addresses.some((address) => second.addresses.includes(address)) : undefined;
  }

  /** A plain GET of an address; ws becomes http. */
  get(address: Address, options: Omit<HttpQuestion, 'ask' | 'url'> = {}): HttpAnswer | undefined {
    return this.ask({ ask: 'http', url: withScheme(address, 'http'), ...options });
  }

  /** A plain GET of an unknown path in the same folder. */
  getUnknownPath(address: Address): HttpAnswer | undefined {
    return this.get(changed(address, { path: unknownPathNear(address.path), query: '' }));
  }

  /** A handshake as the page makes it, apart from these options. */
  handshake(
    address: Address,
    options: Partial<Omit<HandshakeQuestion, 'ask' | 'url'>> = {},
  ): HandshakeAnswer | undefined {
    return this.ask({ ask: 'handshake', url: withScheme(address, 'ws'), origin: this.origin, ...options });
  }

  handshakeAtUnknownPath(address: Address): HandshakeAnswer | undefined {
    return this.handshake(changed(address, { path: unknownPathNear(address.path), query: '' }));
  }

  /** What the page's scripts contain. */
  bundle(fresh = false): BundleAnswer | undefined {
    return this.ask({
      ask: 'bundle',
      page: this.evidence.page.url.startsWith('http') ? this.evidence.page.url : this.evidence.visit,
      scripts: this.scripts,
      fresh,
    });
  }

  // ------------------------------------------------------------ facts from the evidence alone

  /** The origin of the page. */
  get origin(): string {
    return originOf(this.page);
  }

  /** The scripts that the visit loaded from the page's own host. */
  get scripts(): string[] {
    const urls = this.evidence.requests
      .filter((request) => request.type === 'script' && (request.status === 200 || request.fromServiceWorker))
      .map((request) => request.url)
      .filter((url) => parseAddress(url)?.host === this.page.host);
    return [...new Set(urls)].slice(0, 12);
  }

  /** The browser runs on the machine that serves the page, so localhost is the same for both. */
  get pageIsLocal(): boolean {
    return hostClass(this.page.host) === 'loopback';
  }

  /** The page itself was loaded without an error. */
  get pageLoaded(): boolean {
    return this.documentTarget?.works === true;
  }

  get documentTarget(): Target | undefined {
    return this.targets.find((target) => target.kind === 'document');
  }

  /** Targets that failed and matter. */
  get failed(): Target[] {
    return this.targets.filter((target) => target.relevant && target.symptom !== undefined);
  }

  /** The failed target that the diagnosis is mostly about. */
  get mainFailure(): Target | undefined {
    const { failed } = this;
    return failed.find((target) => target.kind !== 'api' && target.kind !== 'script') ?? failed[0];
  }

  /** Relevant real-time targets. */
  get realtime(): Target[] {
    return this.targets.filter((target) => target.relevant && isRealtime(target));
  }

  /** Real-time targets that work. */
  get live(): Target[] {
    return this.realtime.filter((target) => target.works);
  }

  /** Relevant API targets that work. */
  get goodApi(): Target[] {
    return this.targets.filter((target) => target.relevant && target.kind === 'api' && target.works);
  }

  /** The first console warning or error that matches. */
  consoleLine(pattern: RegExp): string | undefined {
    return this.evidence.console.find(
      (line) => line.level !== 'log' && !/\[Report Only\]/i.test(line.text) && pattern.test(line.text),
    )?.text;
  }

  /** Ports of a host that are known to exist: the visit used them, resolver rules name them, or the bundle does. */
  portsOf(host: string): number[] {
    const used = this.evidence.requests
      .filter((request) => request.status !== undefined)
      .map((request) => parseAddress(request.url))
      .concat(
        this.evidence.sockets
          .filter((socket) => socket.openedAt !== undefined)
          .map((socket) => parseAddress(socket.url)),
      )
      .flatMap((address) => (address?.host === host ? [address.port] : []));
    const ruled = this.known.addresses.filter((address) => address.host === host).map((address) => address.port);
    return [...new Set([...used, ...ruled])];
  }

  /** Other hosts and ports of the system: the visit used them, or resolver rules name them. */
  entryPoints(): Address[] {
    const seen = new Map<string, Address>();
    const add = (address: Address | undefined): void => {
      if (address) seen.set(`${address.host}:${address.port}`, { ...address, path: '/', query: '' });
    };
    add(this.page);
    for (const request of this.evidence.requests) if (request.status !== undefined) add(parseAddress(request.url));
    for (const socket of this.evidence.sockets) if (socket.openedAt !== undefined) add(parseAddress(socket.url));
    for (const { host, port } of this.known.addresses) {
      if (seen.has(`${host}:${port}`)) continue;
      const secure = port === 443 || port === 8443;
      add({ scheme: secure ? 'https' : 'http', secure, host, port, path: '/', query: '' });
    }
    return [...seen.values()];
  }

  /** host:port, for messages. */
  name(target: Target): string {
    return authority(target.address);
  }
}

/** A path in the same folder that no application has. */
export function unknownPathNear(path: string): string {
  const folder = path.replace(/\/+$/, '').replace(/[^/]*$/, '');
  return `${folder === '' ? '/' : folder}zz-no-such-path`;
}
