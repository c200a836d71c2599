/** The commands that reproduce a scenario: a pure function. */
import path from 'node:path';
import type { Scenario } from '../scenario/schema.ts';

/**
 * What a person types: with Sintoma, and by hand.
 *
 * @param files its Compose files, relative to the project; compose.yaml first
 */
export function commandsFor(
  { id, topology, visitedBefore }: Pick<Scenario, 'id' | 'topology' | 'visitedBefore'>,
  files: readonly string[],
): string[] {
  const folder = path.dirname(files[0] ?? '');
  const flags = files.map((file) => `-f ${path.relative(folder, file)}`);
  return [
    `npx playwright test --project ${topology} -g " ${id.slice(topology.length + 1)} "`,
    `npx sintoma up ${id}`,
    ...(visitedBefore === undefined
      ? []
      : [`npx sintoma up ${id} --after-visit   # after a visit to ${visitedBefore}`]),
    `cd ${folder} && docker compose ${flags.join(' ')} up --build`,
  ];
}
