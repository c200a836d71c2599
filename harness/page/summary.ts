/** What reviewers see of a run: matrix and drifted claims as Markdown. A pure function. */
import type { Result, ScenarioResult } from '../result/schema.ts';
import { marksOf } from './features.ts';
import { bullets, code, fence, grid, heading, markdown, paragraph, sentence, type Block } from './markdown.ts';
import { placeIn } from '../scenario/labels.ts';

/** A forge shows no more than 1 MiB; so many failures say enough. */
const SHOWN = 30;

const MARK: Readonly<Record<ScenarioResult['status'], string>> = { passed: '✓', failed: '✗', skipped: '–' };

/** The scenarios with cause and symptom. */
function matrix(scenarios: readonly ScenarioResult[]): Block[] {
  if (scenarios.length === 0) return [];
  const rows = scenarios.map(({ id, status, cause = '', diagnosis, symptom }) => [
    sentence(MARK[status]),
    [code(id)],
    cause === '' ? [] : [code(cause)],
    diagnosis ? [code(diagnosis.cause ?? diagnosis.verdict)] : [],
    sentence(symptom ? marksOf(symptom).join(', ') : ''),
  ]);
  const head = ['outcome', 'scenario', 'cause', 'the diagnosis names', 'symptom'].map(sentence);
  return [heading(3, 'Faults and symptoms'), grid([head, ...rows])];
}

/** The summary of one run. */
export function summaryMarkdown({ runs, scenarios, checks, claims, parts }: Result): string {
  const failed = [...scenarios, ...checks].filter(({ status }) => status === 'failed');
  const drifted = claims.filter(({ state }) => state === 'drifted');
  const played = new Set(scenarios.map(({ topology }) => topology));
  const standIns = parts.filter(({ real, topology }) => !real && played.has(topology));
  const [run] = runs;
  const tests = run?.tests;
  return markdown([
    heading(2, `Sintoma: ${tests?.passed ?? 0} passed, ${tests?.failed ?? 0} failed, ${tests?.skipped ?? 0} skipped`),
    ...(drifted.length === 0
      ? []
      : [
          heading(3, 'Claims that have drifted'),
          bullets(
            drifted.map(({ document, lines, says, found }) => [
              code(placeIn(document, lines)),
              ...sentence(` ${says} Until now: ${found}`),
            ]),
          ),
        ]),
    ...failed
      .slice(0, SHOWN)
      .flatMap(({ id, error = '' }) => [heading(3, `Failed: ${id}`), fence('text', error.slice(0, 2000))]),
    ...(failed.length > SHOWN ? [paragraph(...sentence(`${failed.length - SHOWN} more failed.`))] : []),
    ...matrix(scenarios),
    ...(standIns.length === 0
      ? []
      : [
          heading(3, 'Stand-ins'),
          bullets(
            standIns.map(({ topology, service, for: what }) =>
              sentence(`${topology}: ${service} is a stand-in for ${what}`),
            ),
          ),
        ]),
  ]);
}
