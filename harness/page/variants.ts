/** What is wrong by variant, such as by proxy: a table for each topology that has one and of which anything was played. */
import type { Result, ScenarioResult } from '../result/schema.ts';
import { badge, markup, table, type Html } from './html.ts';
import { scenarioPath } from './links.ts';

type Variants = NonNullable<Result['variants']>[number];
type Cell = Variants['rows'][number]['cells'][number];

/** Channels of which a message did not come live, by what became of it: `never: ws, sse`. */
function notLive({ symptom }: ScenarioResult): string[] {
  const outcomes = Object.entries(symptom?.delivery ?? {}).filter(([channel]) => channel !== 'api');
  const others = [...new Set(outcomes.map(([, outcome]) => outcome))].filter((outcome) => outcome !== 'live');
  return others.map(
    (outcome) =>
      `${outcome}: ${outcomes.flatMap(([channel, became]) => (became === outcome ? [channel] : [])).join(', ')}`,
  );
}

function cellOf(cell: Cell | undefined, byId: ReadonlyMap<string, ScenarioResult>): Html | string {
  if (cell === undefined) return '';
  if (cell.none !== undefined) return markup`<span class="dim">none: ${cell.none}</span>`;
  const played = byId.get(cell.scenario ?? '');
  if (played === undefined) return markup`<span class="dim">not run</span>`;
  const cause = played.causeFromOutside ?? played.cause ?? '';
  return markup`${badge(played.status, played.status)}
    <a href="${scenarioPath(played)}.html">${cause === 'none' ? 'nothing is wrong' : cause}</a>
    ${notLive(played).map((text) => markup`<br />${text}`)}`;
}

/** The tables; undefined where there is none. */
export function variants({ variants: all = [], scenarios }: Result): Html | undefined {
  const byId = new Map(scenarios.map((one) => [one.id, one]));
  const played = all.filter(({ rows }) =>
    rows.some(({ cells }) => cells.some(({ scenario }) => scenario !== undefined && byId.has(scenario))),
  );
  if (played.length === 0) return undefined;
  return markup`${played.map(({ topology, by, rows }) => {
    const columns = [...new Set(rows.flatMap(({ cells }) => cells.map(({ variant }) => variant)))];
    return markup`<h3>${topology}, by ${by}</h3>
      ${table(
        `${topology} by ${by}`,
        ['what is wrong', ...columns],
        rows.map(({ wrong, cells }) => [
          wrong,
          ...columns.map((column) =>
            cellOf(
              cells.find(({ variant }) => variant === column),
              byId,
            ),
          ),
        ]),
      )}`;
  })}`;
}
