import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { defined } from '../../harness/common/defined.ts';
import type { Diagnosis } from '../../harness/diagnosis/diagnose.ts';
import type { Reading } from '../../harness/diagnosis/readings.ts';
import { isReadingOf } from '../../harness/diagnosis/readings.ts';
import { investigate } from '../../harness/investigation/investigate.ts';
import { visit } from '../../harness/visit/visit.ts';
import { needAuthority, useAuthority } from './authority.ts';
import type { Recording } from './recording.ts';
import type { Unseen } from './systems/unseen.ts';
import { World } from './systems/world.ts';

/**
 * Makes one test of each system: it is started, visited and diagnosed by the code of `sintoma diagnose`, which learns only
 * its address.
 */
export function diagnoseEach(systems: readonly Unseen[]): void {
  const authorityOf = useAuthority();

  for (const system of systems) {
    test(`${system.expect}: ${system.name}`, async ({}, testInfo) => {
      const authority = authorityOf();
      needAuthority(authority);
      const world = new World();
      try {
        const { url, publish } = await system.start(world, authority);
        const began = Date.now();
        const seen = await visit({
          url,
          rules: world.rules,
          hermetic: true,
          timeoutMs: 25_000,
          ...(publish === undefined ? {} : { publish }),
        });
        const visited = Date.now() - began;
        const { diagnosis, readings } = await investigate({
          ...seen,
          masker: seen.secrets.masker,
          addresses: world.rules,
          hermetic: true,
          ...defined({ authorities: authority && [authority.certificate] }),
        });
        const took = Date.now() - began;
        testInfo.annotations.push({ type: 'took', description: `${took} ms, ${visited} of them for the visit` });
        await testInfo.attach('diagnosis.json', {
          body: JSON.stringify(diagnosis, null, 2),
          contentType: 'application/json',
        });
        await testInfo.attach('evidence.json', {
          body: JSON.stringify({ ...seen, readings }, null, 2),
          contentType: 'application/json',
        });
        if (process.env.SINTOMA_RECORD)
          saveRecording(process.env.SINTOMA_RECORD, system, { ...seen, addresses: world.rules, readings });
        expect(answerOf(diagnosis), summary(diagnosis)).toBe(system.expect);
        expect(took, 'a diagnosis stays bounded').toBeLessThan(45_000);
      } finally {
        await world.stop();
      }
    });
  }
}

/** Saves the input of a diagnosis for the tests of the rules: `SINTOMA_RECORD=tests/unseen/recordings`. */
function saveRecording(folder: string, system: Unseen, seen: Omit<Recording, 'name' | 'expect'>): void {
  const { evidence, revisit, delivery, addresses, readings } = seen;
  const file = `${system.expect}--${system.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}.json`;
  const recording: Recording = {
    name: system.name,
    expect: system.expect,
    evidence,
    addresses,
    readings: readings.map(shortened),
    ...defined({ revisit, delivery }),
  };
  writeFileSync(path.join(folder, file), `${JSON.stringify(recording)}\n`);
}

/** A library in a bundle holds thousands of literals; a recording needs the page's own. */
function shortened(reading: Reading): Reading {
  if (!isReadingOf(reading, 'bundle')) return reading;
  const { answer } = reading;
  return { ...reading, answer: { ...answer, literals: answer.literals.slice(0, 200) } };
}

/** The cause, or the verdict where there is none. */
function answerOf(diagnosis: Diagnosis): string {
  return diagnosis.verdict === 'faulty' ? (diagnosis.cause ?? '') : diagnosis.verdict;
}

function summary(diagnosis: Diagnosis): string {
  const { because, candidates, probes } = diagnosis;
  return JSON.stringify(
    { candidates, because, probes: probes.map(({ question, answer }) => `${question} ${answer}`) },
    null,
    1,
  );
}
