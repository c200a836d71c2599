import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Evidence } from '../../harness/browser/evidence.ts';
import type { AddressRule } from '../../harness/common/address.ts';
import { defined } from '../../harness/common/defined.ts';
import type { DeliveryObservation, Known } from '../../harness/diagnosis/known.ts';
import type { CauseId } from '../../harness/causes/causes.ts';
import type { Reading } from '../../harness/diagnosis/readings.ts';
import { keyOf } from '../../harness/diagnosis/readings.ts';
import { investigate, type InvestigationResult } from '../../harness/investigation/investigate.ts';

/** The complete recorded input of one diagnosis. */
export interface Recording {
  name: string;
  expect: CauseId | 'healthy' | 'inconclusive';
  evidence: Evidence;
  revisit?: Evidence;
  delivery?: DeliveryObservation;
  addresses: readonly AddressRule[];
  readings: readonly Reading[];
}

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'recordings');

/** All recordings of a folder, in the order of their names; by default those of the unseen systems. */
export function recordings(folder = FOLDER): Recording[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Recording);
}

/** The input of the rules from a recording, as if the readings `without` could not be had. */
export function knownOf(recording: Recording, without: readonly Reading[] = []): Known {
  const { evidence, revisit, delivery, addresses, readings } = recording;
  return {
    evidence,
    readings: readings.filter((reading) => !without.includes(reading)),
    unanswerable: new Set(without.map(({ question }) => keyOf(question))),
    addresses: addresses.flatMap(({ host, port, to }) => (to === 'no-record' ? [] : [{ host, port }])),
    ...defined({ revisit, delivery }),
  };
}

/** The investigation of a recorded visit: it asks its own questions, and the recording answers them. */
export async function investigateAgain(
  { evidence, revisit, delivery, addresses, readings }: Recording,
  requests = 10_000,
): Promise<InvestigationResult> {
  const answers = new Map(readings.map(({ question, answer }) => [keyOf(question), answer]));
  return investigate({
    evidence,
    addresses,
    hermetic: true,
    ...defined({ revisit, delivery }),
    budget: { requests, ms: 60_000 },
    probes: {
      answer: async (question) => {
        const answer = answers.get(keyOf(question));
        if (answer === undefined) throw new Error('not recorded');
        return answer;
      },
    },
  });
}
