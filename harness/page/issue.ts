/** Words to paste into an issue: a diagnosis, or a scenario with its diagnosis. Pure functions. */
import type { PhrasingContent } from 'mdast';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { ScenarioResult } from '../result/schema.ts';
import { placeIn } from '../scenario/labels.ts';
import { bullets, code, fence, heading, markdown, paragraph, sentence, type Block } from './markdown.ts';

const text = (value: string): PhrasingContent => ({ type: 'text', value });

/** A heading and what belongs to it; nothing where that is empty. */
const part = (title: string, items: readonly PhrasingContent[][]): Block[] =>
  items.length > 0 ? [heading(3, title), bullets(items)] : [];

const sentences = (texts: readonly string[]): PhrasingContent[][] => texts.map(sentence);

/** The sentence of the broken hop; of no cause, undefined. */
const causeSentence = ({ way }: Diagnosis): string | undefined => way.find(({ state }) => state === 'broken')?.text;

const verdictText = ({ verdict, cause, level }: Diagnosis): string =>
  verdict === 'faulty' ? `${cause ?? ''} (${level ?? ''})` : verdict;

function diagnosisParts(diagnosis: Diagnosis): Block[] {
  const { verdict, because, ruledOut, candidates, repair, advice, probes } = diagnosis;
  const others = verdict === 'faulty' ? candidates.slice(1, 4) : candidates.slice(0, 4);
  const open = probes.filter(({ state }) => state !== 'answered');
  return [
    ...part('What was seen', sentences(diagnosis.seen)),
    ...part('Cause', [
      [
        ...(verdict === 'faulty' ? [code(diagnosis.cause ?? '')] : [text(verdictText(diagnosis))]),
        ...sentence(causeSentence(diagnosis) === undefined ? '' : `: ${causeSentence(diagnosis) ?? ''}`),
      ],
    ]),
    ...part('Why', sentences(because)),
    ...part(
      'Ruled out',
      ruledOut.map(({ cause, because: why }) => [code(cause), ...sentence(`: ${why}`)]),
    ),
    ...part(
      'Other candidates',
      others.map(({ cause, level }) => [code(cause), text(` (${level})`)]),
    ),
    ...part('Repair', [
      ...(repair === null ? [] : [sentence(repair)]),
      ...advice.map(({ program, change, see }) => sentence(`${program}: ${change} ${see}`)),
    ]),
    ...part(
      'Not known',
      open.slice(0, 12).map(({ question, answer }) => sentence(`${question} ${answer}`)),
    ),
  ];
}

const versionsPart = (versions: Readonly<Record<string, string>>): Block[] =>
  part(
    'Versions',
    Object.entries(versions).map(([name, version]) => [text(`${name} `), code(version)]),
  );

/**
 * A diagnosis for an issue.
 *
 * @param url of the page, masked
 */
export const diagnosisMarkdown = (
  url: string,
  diagnosis: Diagnosis,
  versions: Readonly<Record<string, string>>,
): string =>
  markdown([heading(2, `${url}: ${verdictText(diagnosis)}`), ...diagnosisParts(diagnosis), ...versionsPart(versions)]);

/** A scenario for an issue: what must be seen and was not, the diagnosis, the edit, how to see it again. */
export function scenarioMarkdown(scenario: ScenarioResult): string {
  const {
    id,
    status,
    title = '',
    document,
    documentSays,
    symptom,
    diagnosis,
    edit = '',
    commands = [],
    error,
  } = scenario;
  const differences = (symptom?.differences ?? []).flatMap(({ expected, seen }) => [
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    `seen: ${seen ?? 'nothing like it'}`,
  ]);
  return markdown([
    heading(2, `${id}: ${status}`),
    paragraph(...sentence(title)),
    ...(document ? [paragraph(text('Document: '), code(placeIn(document.name, document.lines)))] : []),
    ...(documentSays === undefined ? [] : [paragraph(...sentence(`The document differs: ${documentSays}`))]),
    ...part('Not as expected', sentences(differences)),
    ...(error === undefined ? [] : [heading(3, 'Error'), fence('text', error)]),
    ...(diagnosis ? diagnosisParts(diagnosis) : []),
    ...(edit === '' ? [] : [heading(3, 'The edit that breaks it'), fence('diff', edit)]),
    ...(commands.length > 0 ? [heading(3, 'See it again'), fence('sh', commands.join('\n'))] : []),
    ...versionsPart(scenario.versions ?? {}),
  ]);
}
