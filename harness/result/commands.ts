/** The commands that reproduce a scenario: a pure function. */
import path from 'node:path';
import type { Scenario } from '../scenario/schema.ts';

/**
 * What a person types: with Sintoma, and by hand.
 *
 * @param compose compose.yaml, relative to the project
 * @param faults folder of the faults, relative to the project
 */
export function commandsFor(
  { id, topology, faults: names, visitedBefore }: Pick<Scenario, 'id' | 'topology' | 'faults' | 'visitedBefore'>,
  compose: string,
  faults: string,
): string[] {
  const folder = path.dirname(compose);
  const file = (fault: string): string => ` -f ${path.join(path.relative(folder, faults), `${fault}.yaml`)}`;
  return [
    `npx playwright test --project ${topology} -g " ${id.slice(topology.length + 1)} "`,
    `npx sintoma up ${id}`,
    ...(visitedBefore === undefined
      ? []
      : [`npx sintoma up ${id} --after-visit   # after a visit to ${visitedBefore}`]),
    `cd ${folder} && docker compose -f ${path.basename(compose)}${names.map(file).join('')} up --build`,
  ];
}
