/** The first page: what failed, the matrix, faults by variant, the documents, the checks, the parts. */
import type { Result } from '../result/schema.ts';
import { documentFile } from '../scenario/labels.ts';
import { documents, type Texts } from './documents.ts';
import { badge, count, markup, page, range, styleLink, table, type Html } from './html.ts';
import { anchorOf, scenarioPath } from './links.ts';
import { matrices } from './matrix.ts';
import { variants } from './variants.ts';

const when = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

const firstLine = (text: string): string => text.split('\n').find((line) => line.trim() !== '') ?? '';

function failures({ scenarios, checks, claims }: Result): Html | undefined {
  const failed = [
    ...scenarios.map((one) => ({ ...one, href: `${scenarioPath(one)}.html` })),
    ...checks.map((one) => ({ ...one, href: `#${anchorOf(one.id)}` })),
  ].filter(({ status }) => status === 'failed');
  const drifted = claims.filter(({ state }) => state === 'drifted');
  if (failed.length + drifted.length === 0) return undefined;
  return markup`<section id="failed">
    <h2>What failed</h2>
    <ul>
      ${failed.map(({ id, href, error = '' }) => markup`<li>${badge('failed', 'failed')} <a href="${href}">${id}</a> <code>${firstLine(error)}</code></li>`)}
      ${drifted.map(({ document, lines, says }) => markup`<li>${badge('drifted', 'drifted')} ${documentFile(document)}:${range(lines)}: ${says}</li>`)}
    </ul>
  </section>`;
}

function summary({ scenarios, checks, runs }: Result): Html {
  const all = [...scenarios, ...checks];
  const tally = (status: string): number => all.filter((one) => one.status === status).length;
  return markup`<p>
    ${badge('passed', `${tally('passed')} passed`)}
    ${tally('failed') > 0 && badge('failed', `${tally('failed')} failed`)}
    ${tally('skipped') > 0 && badge('skipped', `${tally('skipped')} skipped`)} of ${count(scenarios.length, 'scenario')}
    and ${count(checks.length, 'check')}, each as it was played last:
    ${runs
      .map(({ id, startedAt, status }) => `run ${id} (${when(startedAt)}, ${status})`)
      .slice(0, 6)
      .join(', ')}.
  </p>`;
}

const checkTable = ({ checks }: Result): Html =>
  table(
    'Checks',
    ['outcome', 'check', 'what it found'],
    checks.map(({ id, status, title, read, error }) => [
      badge(status, status),
      markup`<span id="${anchorOf(id)}">${id}</span>: ${title}`,
      markup`<code>${firstLine(error ?? read ?? '')}</code>`,
    ]),
  );

const partTable = ({ parts }: Result): Html =>
  table(
    'Parts',
    ['topology', 'service', 'what runs'],
    parts.map(({ topology, service, for: what, real, reason }) => [
      topology,
      service,
      real ? `the real ${what}` : `a stand-in for ${what}${reason === undefined ? '' : ` (${reason})`}`,
    ]),
  );

/** The first page, which lies beside the result. */
export function indexPage(result: Result, texts: Texts): string {
  const { scenarios, checks, claims, parts, runs, version } = result;
  const failed = failures(result);
  const [run] = runs;
  const sections = [
    { id: 'matrix', title: 'Faults and symptoms', content: scenarios.length > 0 && matrices(scenarios) },
    { id: 'variants', title: 'Faults by variant', content: variants(result) },
    { id: 'documents', title: 'Documents', content: claims.length > 0 && documents(result, texts) },
    { id: 'checks', title: 'Checks', content: checks.length > 0 && checkTable(result) },
    { id: 'parts', title: 'Parts', content: parts.length > 0 && partTable(result) },
  ].filter(({ content }) => content !== false && content !== undefined);
  return page(
    'Sintoma: what was proven',
    styleLink('page/style.css'),
    markup`<header>
        <h1>What was proven</h1>
        ${summary(result)}
        <nav aria-label="Parts of this page">
          <ul>
            ${failed && markup`<li><a href="#failed">What failed</a></li>`}${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}
          </ul>
        </nav>
      </header>
      <main id="main">
        ${failed}
        ${sections.map(
          ({ id, title, content }) =>
            markup`<section id="${id}">
              <h2>${title}</h2>
              ${content}
            </section>`,
        )}
      </main>
      <footer>
        <p class="dim">
          Sintoma
          ${version}${
            run &&
            markup`;
            ${Object.entries(run.versions)
              .map(([name, text]) => `${name} ${text}`)
              .join(', ')}`
          }.
          For programs: <a href="result.json">result.json</a>.
        </p>
      </footer>`,
  ).toString();
}
