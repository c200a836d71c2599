/** The matrix of faults and symptoms, a table for each topology. */
import type { ScenarioResult } from '../result/schema.ts';
import { clustered, columnsOf, marksOf, type Row } from './features.ts';
import { badge, markup, type Html } from './html.ts';
import { anchorOf, scenarioPath } from './links.ts';

/** What the diagnosis named, where that is not the declared cause. */
function diagnosed({ cause, causeFromOutside, diagnosis }: ScenarioResult): Html {
  const named = diagnosis && (diagnosis.verdict === 'healthy' ? 'none' : (diagnosis.cause ?? 'inconclusive'));
  const right = named === undefined || named === (causeFromOutside ?? cause);
  return markup`<code>${cause ?? ''}</code
    >${causeFromOutside !== undefined && markup`, outside <code>${causeFromOutside}</code>`}${!right && markup` ${badge('failed', `named ${named}`)}`}`;
}

function rowOf({ item, marks }: Row<ScenarioResult>, columns: readonly string[]): Html {
  return markup`<tr id="${anchorOf(item.id)}">
    <th scope="row">
      ${badge(item.status, item.status)}
      <a href="${scenarioPath(item)}.html">${item.id.slice(item.topology.length + 1)}</a>
    </th>
    <td>${diagnosed(item)}</td>
    ${columns.map((column) =>
      marks.has(column)
        ? markup`<td class="mark on">●<span class="hide"> yes</span></td>`
        : markup`<td class="mark"></td>`,
    )}
  </tr>`;
}

function table(topology: string, rows: readonly Row<ScenarioResult>[]): Html {
  const columns = columnsOf(rows);
  const clusters = clustered(rows);
  const alike = clusters.filter((cluster) => cluster.length > 1);
  return markup`<h3>${topology}</h3>
    <div class="scroll" role="region" aria-label="Matrix of ${topology}" tabindex="0">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">scenario</th>
            <th scope="col">cause</th>
            ${columns.map((column) => markup`<th scope="col" class="seen"><span>${column}</span></th>`)}
          </tr>
        </thead>
        ${clusters.map((cluster) => markup`<tbody${cluster.length > 1 ? markup` class="alike"` : ''}>${cluster.map((row) => rowOf(row, columns))}</tbody>`)}
      </table>
    </div>
    ${alike.length > 0 && markup`<p class="dim">Outlined: the marks are the same${alike.map((cluster) => new Set(cluster.map(({ item }) => item.causeFromOutside ?? item.cause)).size > 1).some(Boolean) && ', and only details or the diagnosis tell them apart'}.</p>`}`;
}

/** Scenarios by topology. */
export function matrices(scenarios: readonly ScenarioResult[]): Html {
  const topologies = [...new Set(scenarios.map(({ topology }) => topology))];
  return markup`${topologies.map((topology) => {
    const own = scenarios.filter((one) => one.topology === topology);
    const rows = own.map((item) => ({ item, marks: new Set(item.symptom ? marksOf(item.symptom) : []) }));
    return table(topology, rows);
  })}`;
}
