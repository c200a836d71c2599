/** A diagnosis as HTML: part of a scenario's page, or a page by itself. */
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { CAUSES } from '../diagnosis/catalogue.ts';
import { VERSION } from '../common/version.ts';
import { badge, block, folded, markup, list, page, styleElement, table, type Html } from './html.ts';
import { diagnosisMarkdown } from './issue.ts';
import { STYLE } from './style.ts';
import { wayKey, wayList } from './way.ts';

const titled = (title: string, content: Html | undefined): Html | undefined =>
  content &&
  markup`<h3>${title}</h3>
    ${content}`;

/** The questions, with what became of each. */
const questions = ({ probes }: Diagnosis): Html | undefined => {
  if (probes.length === 0) return undefined;
  const rows = probes.map(({ state, question, answer, ms }) => [
    badge(state, state),
    question,
    markup`<code>${answer}</code>`,
    `${Math.round(ms)} ms`,
  ]);
  return folded(
    `What was asked (${probes.length} questions)`,
    table('Questions and answers', ['state', 'question', 'answer', 'time'], rows),
  );
};

/** What it says, and why. */
export function diagnosisSection(diagnosis: Diagnosis): Html {
  const { verdict, cause, level, because, ruledOut, candidates, repair, advice, seen } = diagnosis;
  const others = verdict === 'faulty' ? candidates.slice(1) : candidates;
  return markup`<p>${badge(verdict, verdict)} ${cause !== null && markup`<code>${cause}</code> (${level ?? ''})`}</p>
    ${cause !== null && markup`<p>${CAUSES[cause].sentence}</p>`} ${titled('What was seen', list(seen))}
    ${titled('Why', list(because))}
    ${titled('Ruled out', list(ruledOut.map((one) => markup`<code>${one.cause}</code>: ${one.because}`)))}
    ${titled('Other candidates', list(others.map((one) => markup`<code>${one.cause}</code> (${one.level})`)))}
    ${
      repair !== null &&
      markup`<h3>Repair</h3>
        <p>${repair}</p>
        ${list(advice.map(({ program, change, see }) => markup`${program}: ${change} <a href="${see}">${see}</a>`))}`
    }
    ${questions(diagnosis)}`;
}

/** A text to copy: without script, by selecting all of it. */
export const toCopy = (label: string, text: string): Html =>
  markup`<label><span>${label}</span><textarea readonly rows="12" spellcheck="false">${text}</textarea></label>`;

/**
 * A page of one diagnosis, in one file.
 *
 * @param url of the diagnosed page, masked
 */
export const diagnosisPage = (url: string, diagnosis: Diagnosis, versions: Readonly<Record<string, string>>): string =>
  page(
    `Diagnosis of ${url}`,
    styleElement(STYLE),
    markup`<main id="main">
      <h1>Diagnosis of ${url}</h1>
      <h2>Way of a message</h2>
      ${wayList('Way of a message', diagnosis.way)}${wayKey}
      <h2>Diagnosis</h2>
      ${diagnosisSection(diagnosis)}
      <h2>For an issue</h2>
      ${toCopy('Markdown', diagnosisMarkdown(url, diagnosis, versions))}
      <h2>Versions</h2>
      ${block(
        'Versions',
        Object.entries({ Sintoma: VERSION, ...versions })
          .map(([name, version]) => `${name} ${version}`)
          .join('\n'),
      )}
    </main>`,
  ).toString();
