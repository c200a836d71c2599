/** Starts a system for `sintoma init`, reads it healthy and broken, and takes it down again. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { testTrust } from '../browser/trust.ts';
import { BrowserPool } from '../browser/visitor.ts';
import { isUserError, UserError } from '../common/errors.ts';
import { writeWhole } from '../common/files.ts';
import { SCENARIOS } from '../common/paths.ts';
import { ask, publishedAt } from '../delivery/ask.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { readyPaths, takesPart } from '../init/channel.ts';
import type { Readings } from '../init/files.ts';
import { CHANNEL, isInOrder, isRefused, mayBeStarting, outcomeOf, wrongWith } from '../init/judge.ts';
import { publisherOf } from '../init/publisher.ts';
import { faultsFor, type Broken, type Fault } from '../init/scenario-text.ts';
import { readyBy, tlsName, type System } from '../init/topology-text.ts';
import { expectationsOf, isIcon } from '../init/varying.ts';
import { readTopology, type Definition } from '../scenario/read.ts';
import { diagnosisOf } from '../suite/diagnosis.ts';
import { readVisit, type VisitReading } from '../suite/reading.ts';
import { stackFor } from '../suite/stage.ts';
import type { Stack } from '../topology/stack.ts';

/** How long, in ms, one visit is watched, so that what its page repeats is seen: longer than a scenario takes. */
const HOLD_MS = 12_000;

/** How often a system is visited that may not have been up at once. */
const TRIES = 4;

/** How long, in ms, a service may take for an answer by which it is known to be ready. */
const READY_MS = 1000;

/** A system that is not as it should be: what was seen, and what the diagnosis says of it. */
export class NotInOrder extends Error {
  constructor(
    readonly wrong: readonly string[],
    readonly diagnosis: Diagnosis,
    /** The application says that the request by which a message is published is wrong. */
    readonly refused: boolean,
  ) {
    super('the system is not as it should be');
  }
}

/** A system that is being read. */
export class Reader {
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'sintoma-init-'));
  private readonly browsers = new BrowserPool(testTrust(), true);
  private readonly definition: Definition;
  readonly stack: Stack;

  /** @param compose full path of its Compose file */
  constructor(
    private readonly system: System,
    compose: string,
  ) {
    const { name, addresses, ports, visit } = system;
    const publish = publisherOf(system);
    const written = {
      compose,
      faults: this.folder,
      addresses,
      ports,
      ready: readyBy(system, new URL(visit).pathname),
      // A visit is read only when its page has gone quiet.
      channels: publish ? { [CHANNEL]: { publish, subscribed: () => true } } : {},
    };
    this.definition = readTopology(written, path.join(SCENARIOS, name, 'topology.ts'), name);
    this.stack = stackFor(this.definition, 0);
  }

  /** Starts the healthy system. */
  async start(): Promise<void> {
    try {
      await this.stack.edit([]);
      await this.stack.build();
      await this.stack.up();
    } catch (error) {
      if (!isUserError(error) || error.hint !== undefined || tlsName(this.system.visit) === undefined) throw error;
      const hint = 'it is asked by HTTPS, as --visit says: where TLS ends before this system, write http:// there';
      throw new UserError(error.message, hint);
    }
  }

  private visit(holdMs?: number): Promise<VisitReading> {
    return readVisit(
      { browsers: this.browsers, stack: this.stack, topology: this.definition },
      this.system.visit,
      holdMs,
    );
  }

  /**
   * A visit to the system as it should be. One that may not be up yet is visited again.
   *
   * @throws NotInOrder when it is not
   */
  async healthy({ holdMs, tries = TRIES }: { holdMs?: number; tries?: number } = {}): Promise<VisitReading> {
    const reading = await this.visit(holdMs);
    const { diagnosis, named } = await diagnosisOf(reading);
    if (isInOrder(reading, named)) return reading;
    if (tries > 1 && mayBeStarting(reading))
      return this.healthy({ tries: tries - 1, ...(holdMs === undefined ? {} : { holdMs }) });
    throw new NotInOrder(wrongWith(reading), diagnosis, isRefused(reading));
  }

  /** As {@link healthy}, for as long as a page takes to show what it repeats. */
  longer(): Promise<VisitReading> {
    return this.healthy({ holdMs: HOLD_MS });
  }

  /** The first of the paths that is answered as a ready service does. */
  async readyPath(first: VisitReading): Promise<string> {
    const { visit, answering } = this.system;
    const paths = readyPaths(visit, first.evidence);
    for (const one of paths) {
      const began = Date.now();
      const status = await this.statusOf(one);
      if (status < 500 && Date.now() - began < READY_MS) return one;
    }
    throw new UserError(`${answering.service}:${answering.port} answers none of ${paths.join(', ')} in time`);
  }

  private async statusOf(pathname: string): Promise<number> {
    const { visit, answering } = this.system;
    const tls = tlsName(visit);
    const at = publishedAt(this.stack, answering.service, answering.port, tls === undefined ? 'http' : 'https');
    const options = tls === undefined ? {} : { headers: { host: tls }, servername: tls };
    return ask(`${at}${pathname}`, options).then(
      ({ status }) => status,
      () => 599,
    );
  }

  /** Breaks the system in the way of a fault, reads it, repairs it, and reads it again. */
  private async tryFault(fault: Fault): Promise<{ broken: Broken; repaired: VisitReading }> {
    writeWhole(path.join(this.folder, `${fault.name}.yaml`), fault.yaml);
    await this.stack.edit([fault.name]);
    await this.stack.build();
    await this.stack.up();
    const reading = await this.visit();
    const { diagnosis, named, misled: misledBy } = await diagnosisOf(reading);
    const misled = misledBy();
    if (diagnosis.verdict !== 'faulty' || misled !== undefined)
      throw new UserError(`${fault.name}: the diagnosis names no cause: ${misled ?? named}`);
    const published = reading.delivery[CHANNEL]?.published[0];
    const broken = {
      seen: expectationsOf([reading.evidence]),
      outcome: outcomeOf(reading),
      publisher: published === undefined || published.ok ? undefined : (published.status ?? ('no answer' as const)),
      cause: named,
    };
    await this.stack.edit([]);
    await this.stack.up();
    return { broken, repaired: await this.healthy() };
  }

  /**
   * The first fault that breaks and leaves this system as it should.
   *
   * @throws UserError when none does, with the reason of the last
   */
  async broken(tell: (text: string) => void): Promise<{ fault: Fault; broken: Broken; repaired: VisitReading }> {
    const { answering, visit, addresses } = this.system;
    const address = Object.keys(addresses)[0] ?? new URL(visit).host;
    let reason = '';
    for (const fault of faultsFor(answering, address)) {
      tell(fault.name);
      try {
        return { fault, ...(await this.tryFault(fault)) };
      } catch (error) {
        if (!isUserError(error) && !(error instanceof NotInOrder)) throw error;
        reason = error.message;
        await this.start();
      }
    }
    throw new UserError(`no example of a fault could be made of this system: ${reason}`);
  }

  /** The address at which a browser may ask for an icon in vain; undefined where it does not. */
  private async unnamedIcon({ icon }: VisitReading): Promise<{ url: string; status: number } | undefined> {
    if (icon) return undefined;
    const url = new URL('/favicon.ico', this.system.visit).href;
    const status = await this.statusOf('/favicon.ico');
    return isIcon(url) && status >= 400 && status < 599 ? { url, status } : undefined;
  }

  /**
   * What all visits together tell.
   *
   * @throws UserError when messages came in different ways
   */
  async told(visits: readonly VisitReading[], fault: Fault, broken: Broken): Promise<Readings> {
    const [first] = visits as readonly [VisitReading, ...VisitReading[]];
    const outcomes = [...new Set(visits.map(outcomeOf))];
    if (outcomes.length > 1)
      throw new UserError(
        `messages come in different ways: ${outcomes.join(', ')}`,
        'the page sometimes asks for its data just then; run again, or write the scenario by hand',
      );
    const seen = expectationsOf(
      visits.map(({ evidence }) => evidence),
      await this.unnamedIcon(first),
    );
    return {
      known: { ready: await this.readyPath(first), takesPart: outcomes[0] === 'live' ? takesPart(visits) : undefined },
      healthy: { seen, outcome: outcomes[0] },
      fault: { fault, broken },
    };
  }

  /** Removes all that was started. */
  async close(): Promise<void> {
    await this.browsers.close();
    await this.stack.down();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
