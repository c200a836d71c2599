/** The page of one scenario. */
import type { Result, ScenarioResult, Visit } from '../result/schema.ts';
import { CAUSES } from '../diagnosis/catalogue.ts';
import { comparison, evidence } from './visit.ts';
import { diagnosisSection, toCopy } from './diagnosis.ts';
import { badge, block, folded, markup, list, page, styleLink, type Html } from './html.ts';
import { scenarioMarkdown } from './issue.ts';
import { lineLink } from './links.ts';
import { timeline } from './timeline.ts';
import { wayKey, wayList } from './way.ts';

const section = (title: string, content: Html | undefined): Html | undefined =>
  content &&
  markup`<section>
    <h2>${title}</h2>
    ${content}
  </section>`;

/** The lines of a diff, each by its kind. */
function diff(text: string): Html {
  const kind = (line: string): string =>
    line.startsWith('@@') ? 'hunk' : line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : 'same';
  return block(
    'What the fault changes',
    text.split('\n').map((line) => markup`<span class="${kind(line)}">${line}</span>`),
  );
}

/** Pictures lie beside the result; this page lies two folders below. */
const picture = (visit: Visit, what: string): Html | undefined =>
  visit.picture === undefined
    ? undefined
    : markup`<figure>
        <img src="../../${visit.picture}" alt="The page ${what}" width="1100" height="720" loading="lazy" />
        <figcaption class="dim">The page ${what}</figcaption>
      </figure>`;

const side = (title: string, visit: Visit, what: string): Html =>
  markup`<div>
    <h3>${title}</h3>
    ${visit.way.length > 0 && wayList(`Way of a message: ${title}`, visit.way)}${picture(visit, what)}
  </div>`;

/** Broken and repaired, side by side. */
function sides({ symptom, repairs = [] }: ScenarioResult): Html | undefined {
  if (!symptom) return undefined;
  const after = repairs.filter(({ visit }) => visit !== undefined).at(-1);
  return markup`<div class="sides">
      ${side('As it was visited', symptom, 'as it was visited')}
      ${after?.visit && side(`After the repair: ${after.title}`, after.visit, 'after the repair')}
    </div>
    ${wayKey}`;
}

function repairSection({ repairs = [], document }: ScenarioResult): Html | undefined {
  if (repairs.length === 0) return undefined;
  return markup`${repairs.map(
    ({ title, lines, steps, fails, visit }) =>
      markup`<h3>${title} ${fails && badge('corrected', 'documented, and does not help')}</h3>
        ${lines && document && markup`<p>${lineLink(document.name, lines)}</p>`}
        ${
          steps.length > 0
            ? markup`<ol>
                ${steps.map((step) => markup`<li><code>${step}</code></li>`)}
              </ol>`
            : markup`<p>Open another address.</p>`
        }
        ${visit ? folded(visit.differences.length > 0 ? 'Not as expected' : 'As expected', markup`${comparison(visit)}${evidence(visit)}`, visit.differences.length > 0) : markup`<p class="dim">It was not got to.</p>`}`,
  )}`;
}

function headOf(scenario: ScenarioResult): Html {
  const { id, status, title, cause, causeFromOutside, document, documentSays, startedAt, ms, run, skippedBecause } =
    scenario;
  return markup`<nav aria-label="Where this page is"><a href="../../index.html">All scenarios</a></nav>
    <h1>${id}</h1>
    <p>${badge(status, status)} ${title}</p>
    ${skippedBecause !== undefined && markup`<p>Skipped: ${skippedBecause}</p>`}
    <p class="dim">
      Played ${startedAt.slice(0, 16).replace('T', ' ')} UTC in ${(ms / 1000).toFixed(1)} s, run ${run}.
      ${document && markup`Document: ${lineLink(document.name, document.lines)}.`}
    </p>
    ${cause !== undefined && cause !== 'none' && markup`<p>Cause: <code>${cause}</code>. ${CAUSES[cause].sentence}</p>`}
    ${causeFromOutside !== undefined && markup`<p>From outside it cannot be told from <code>${causeFromOutside}</code>.</p>`}
    ${documentSays !== undefined && markup`<p>${badge('corrected', 'the document differs')} ${documentSays}</p>`}`;
}

/**
 * The page of a scenario; it lies in page/<topology>/ beside the result.
 *
 * @param trace name of the file with the timeline as Trace Event JSON, in the same folder
 */
export function scenarioPage(scenario: ScenarioResult, { parts }: Pick<Result, 'parts'>, trace: string): string {
  const { id, error, symptom, diagnosis, faults = [], edit = '', commands = [], versions = {}, at } = scenario;
  const standIns = parts.filter(({ topology, real }) => topology === scenario.topology && !real);
  return page(
    id,
    styleLink('../style.css'),
    markup`<header>${headOf(scenario)}</header>
      <main id="main">
        ${section('Error', error === undefined ? undefined : block('Error', error))}
        ${section('Way of a message, before and after', sides(scenario))}
        ${section('Expected against seen', symptom && markup`${comparison(symptom)}${evidence(symptom)}`)}
        ${section('Diagnosis', diagnosis && diagnosisSection(diagnosis))} ${section('Repairs', repairSection(scenario))}
        ${section(
          'The edit',
          faults.length === 0
            ? undefined
            : markup`${edit === '' ? markup`<p>The Compose files stay the same.</p>` : diff(edit)}${faults.map(({ file, text }) => folded(file, block(file, text)))}`,
        )}
        ${section(
          'See it again',
          commands.length > 0
            ? markup`${block('Commands', commands.join('\n'))}
                <p class="dim">Written at <code>${at}</code>.</p>`
            : undefined,
        )}
        ${section('For an issue', toCopy('Markdown: select all of it, and copy', scenarioMarkdown(scenario)))}
        ${section('Timeline', timeline(scenario, trace))}
        ${section(
          'Versions',
          markup`${list(Object.entries(versions).map(([name, version]) => markup`${name}: <code>${version}</code>`))}
          ${list(standIns.map((part) => markup`${part.service} is a stand-in for ${part.for}${part.reason !== undefined && ` (${part.reason})`}`))}`,
        )}
      </main>`,
  ).toString();
}
