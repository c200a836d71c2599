/** The cause step: the diagnosis is given what an outsider has, and must put the scenario's cause first. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestInfo, TestType } from '@playwright/test';
import type { DeliveryReading } from './deliver.ts';
import { eventNameOf } from '../diagnosis/protocols/event-names.ts';
import type { DeliveryObservation } from '../diagnosis/known.ts';
import { evaluate, type Diagnosis } from '../diagnosis/diagnose.ts';
import { keyOf, type Reading } from '../diagnosis/readings.ts';
import { readingText } from '../diagnosis/sentences.ts';
import { defined } from '../common/defined.ts';
import { writeWhole } from '../common/files.ts';
import { CACHE, REPORTS } from '../common/paths.ts';
import type { Scenario } from '../scenario/schema.ts';
import { investigate, type Investigation, type InvestigationResult } from '../investigation/investigate.ts';
import type { Played } from './play.ts';

/** What an investigation starts from, apart from the machine that asks. */
type Told = Pick<Investigation, 'evidence' | 'addresses' | 'delivery'>;

/** How the diagnosis names what became of messages. A page that fetched what it was told of has not shown a frame. */
function named(outcome: DeliveryReading[string]['outcome']): DeliveryObservation['channels'][string]['outcome'] {
  if (typeof outcome === 'object') return 'partial';
  if (outcome === 'refetched') return 'polling';
  return outcome === 'reloaded' || outcome === 'loaded' || outcome === 'missing' ? 'after-reload' : outcome;
}

/** What a published message did, without the control subscriber: that one has been inside. */
function observation(delivery: DeliveryReading, played: Pick<Played, 'api'>): DeliveryObservation {
  const channels = Object.entries(delivery).map(([name, { outcome, published, frame }]) => {
    const event = frame === undefined ? undefined : eventNameOf(frame);
    return [
      name,
      {
        outcome: named(outcome),
        published: published.every(({ ok }) => ok),
        ...(published[0]?.status === undefined ? {} : { publisherStatus: published[0].status }),
        frameSeen: frame !== undefined,
        ...(event === undefined ? {} : { frame: event }),
        ...(typeof outcome === 'object' ? { received: outcome.shown, clients: outcome.of } : {}),
      },
    ];
  });
  return {
    channels: Object.fromEntries(channels) as DeliveryObservation['channels'],
    ...(played.api === undefined ? {} : { api: played.api }),
  };
}

/** Which hops a visit alone shows to work, before anything is asked. */
export function wayOfVisit(played: Played): Diagnosis['way'] {
  const { evidence, addresses } = played;
  return evaluate({
    evidence,
    addresses: addresses.flatMap(({ host, port, to }) => (to === 'no-record' ? [] : [{ host, port }])),
    delivery: observation(played.delivery, played),
    readings: [],
  }).diagnosis.way;
}

/** A visit, as the diagnosis is told of it. */
const toldOf = (played: Pick<Played, 'evidence' | 'addresses' | 'delivery' | 'api'>): Told => ({
  evidence: played.evidence,
  addresses: played.addresses,
  delivery: observation(played.delivery, played),
});

/** Asks as an outsider who trusts the test authority, in a network of one's own. */
const investigated = (told: Told, onProgress?: Investigation['onProgress']): Promise<InvestigationResult> =>
  investigate({
    ...told,
    hermetic: true,
    authorities: [readFileSync(path.join(CACHE, 'tls/ca.crt'), 'utf8')],
    ...defined({ onProgress }),
  });

/**
 * What the diagnosis says of a visit that no scenario describes.
 *
 * @returns also what it names (a cause, `none` for a healthy system, or `inconclusive`), and why a scenario cannot state
 * that, where it hangs on one reading; the rules are asked once more for each reading to find out
 */
export async function diagnosisOf(
  played: Pick<Played, 'evidence' | 'addresses' | 'delivery'>,
): Promise<{ diagnosis: Diagnosis; named: string; misled: () => string | undefined }> {
  const told = toldOf(played);
  const { diagnosis, readings } = await investigated(told);
  const named = nameOf(diagnosis);
  return { diagnosis, named, misled: () => misledWithout(told, readings, named) };
}

/** When the probes asked. */
export type Asked = { question: string; startedAt: string; ms: number }[];

/** Keeps all that the diagnosis was told and answered, so that its rules can be tried again without the system. */
function keepRecording(scenario: Scenario, recording: object): void {
  writeWhole(path.join(REPORTS, 'diagnosis', `${scenario.id}.json`), `${JSON.stringify(recording)}\n`);
}

/** What the diagnosis names: a cause, `none` for a healthy system, or `inconclusive`. */
const nameOf = ({ verdict, cause }: Diagnosis): string => (verdict === 'healthy' ? 'none' : (cause ?? 'inconclusive'));

/** With a reading less the rules may know less; the first reading without which they name another cause, if any. */
function misledWithout(told: Told, readings: readonly Reading[], expected: string): string | undefined {
  const addresses = told.addresses.flatMap(({ host, port, to }) => (to === 'no-record' ? [] : [{ host, port }]));
  for (const missing of readings) {
    const less = evaluate({
      ...told,
      addresses,
      readings: readings.filter((reading) => reading !== missing),
      unanswerable: new Set([keyOf(missing.question)]),
    });
    const named = nameOf(less.diagnosis);
    if (named !== expected && named !== 'inconclusive') {
      return `without “${readingText(missing).question}” it is ${named} (${less.diagnosis.confidence})`;
    }
  }
  return undefined;
}

/**
 * Fails unless the diagnosis puts the scenario's cause first, or finds the healthy system healthy.
 *
 * @param onDiagnosis told what it says, also when that is wrong
 * @returns what it named: a cause, `none` for a healthy system, or `inconclusive`
 */
export async function diagnosisStep(
  test: Pick<TestType<object, object>, 'step'>,
  testInfo: TestInfo,
  scenario: Scenario,
  played: Played,
  onDiagnosis: (diagnosis: Diagnosis, asked: Asked) => void,
): Promise<string> {
  const expected = scenario.causeFromOutside ?? scenario.cause;
  return test.step(`cause: ${expected === 'none' ? 'healthy' : expected}`, async () => {
    const told = toldOf(played);
    const asked: Asked = [];
    const { diagnosis, readings } = await investigated(told, ({ question, ms }) => {
      if (ms !== undefined) asked.push({ question, startedAt: new Date(Date.now() - ms).toISOString(), ms });
    });
    onDiagnosis(diagnosis, asked);
    keepRecording(scenario, {
      name: scenario.id,
      expect: expected === 'none' ? 'healthy' : expected,
      ...told,
      readings,
    });
    await testInfo.attach('diagnosis.json', {
      body: JSON.stringify(diagnosis, null, 1),
      contentType: 'application/json',
    });
    const named = nameOf(diagnosis);
    testInfo.annotations.push({ type: 'diagnosed', description: named });
    if (scenario.causeFromOutside !== undefined) {
      testInfo.annotations.push({
        type: 'outside',
        description: `${scenario.cause} cannot be told from ${scenario.causeFromOutside} from outside`,
      });
    }
    if (named !== expected) {
      const candidates = diagnosis.candidates.map(({ cause, confidence }) => `${cause} ${confidence.toFixed(2)}`);
      throw new Error(
        `${scenario.id}: the diagnosis names another cause\n    - expected  ${expected}\n    + named     ${named} (${diagnosis.verdict})\n` +
          `      candidates: ${candidates.join(', ') || 'none'}\n      because: ${diagnosis.because.join('; ')}`,
      );
    }
    const misled = misledWithout(told, readings, expected);
    if (misled !== undefined) throw new Error(`${scenario.id}: ${expected} hangs on one reading: ${misled}`);
    return named;
  });
}
