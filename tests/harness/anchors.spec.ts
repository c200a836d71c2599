// Claims by text: what they quote may move; another wording fails until it is accepted, which needs a passing run.
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { document, type Document } from 'sintoma';
import { anchorFate, type AnchorFate } from '../../harness/document/anchors.ts';
import { tellingOf } from '../../harness/document/coverage.ts';
import type { Result } from '../../harness/result/schema.ts';
import { sintoma } from './support/command.ts';
import { resultOf, scenario } from './support/result.ts';
import { expect, test } from './support/test.ts';

const GUIDE = `# Guide

Everything here is run.

## nginx

nginx speaks HTTP/1.0 to the backend, e.g. to an
application. Without the \`Upgrade\` line the handshake
ends with the status 400 of the application.

Restart nginx afterwards.

## Caddy

Nothing is needed here.

Restart Caddy afterwards.
`;
const QUOTE = 'Without the `Upgrade` line the handshake ends with';
const SENTENCE = 'Without the Upgrade line the handshake ends with the status 400 of the application.';

/** What became of the quote, in a guide as it is now, with what an earlier guide had. */
function fate(folder: string, now: string, { before = GUIDE, quote = QUOTE, section = 'nginx' } = {}): AnchorFate {
  const write = (text: string): Document => {
    writeFileSync(path.join(folder, 'guide.md'), text);
    return document(new URL(`file://${folder}/guide.md`));
  };
  const kept = anchorFate(write(before).section('nginx').quote(QUOTE), undefined);
  if (!('anchor' in kept)) throw new Error(`the quote is ${kept.is}`);
  return anchorFate(write(now).section(section).quote(quote), kept.anchor);
}

test.describe('what a claim quotes', () => {
  const REWORDED = GUIDE.replace('ends with the status', 'fails with the status');
  const cases: [what: string, now: string, more: object, fate: Record<string, unknown>][] = [
    ['is as it was', GUIDE, {}, { is: 'same', place: { section: ['Guide', 'nginx'], text: SENTENCE, lines: [8, 9] } }],
    ['is as it was, with other line breaks', GUIDE.replace('line the', 'line\nthe'), {}, { is: 'same' }],
    ['is as it was, further down', `Preface.\n\n${GUIDE}`, {}, { is: 'same', place: { lines: [10, 11] } }],
    [
      'is elsewhere',
      `${GUIDE.replace(/Without[^.]+\./, '')}\n${SENTENCE}\n`,
      {},
      { is: 'moved', place: { section: ['Guide', 'Caddy'] }, anchor: { section: ['Guide', 'Caddy'] } },
    ],
    ['is in a section of another name', GUIDE.replace('## nginx', '## NGINX 1.x'), {}, { is: 'moved' }],
    ['is in a section below another', GUIDE.replace('# Guide', '# Manual'), {}, { is: 'moved' }],
    ['is reworded', REWORDED, {}, { is: 'reworded', place: { lines: [8, 9] } }],
    ['is reworded where the quote does not reach', GUIDE.replace('400', '502'), {}, { is: 'reworded' }],
    [
      'is quoted anew',
      REWORDED,
      { quote: 'the handshake fails with the status 400' },
      { is: 'reworded', place: { text: SENTENCE.replace('ends', 'fails') } },
    ],
    ['is gone', GUIDE.replace(/Without[^.]+\./, 'Other things happen.'), {}, { is: 'gone' }],
    [
      'is there twice',
      GUIDE.replace('Restart nginx', `${SENTENCE} Restart nginx`),
      {},
      { is: 'ambiguous', lines: [8, 11] },
    ],
    [
      'is there twice elsewhere',
      `${GUIDE.replace(/Without[^.]+\./, '')}\n${SENTENCE}\n\n${SENTENCE}\n`,
      {},
      { is: 'ambiguous' },
    ],
    [
      'is reworded in two ways that are as near',
      GUIDE.replace(/Without[^.]+\./, `${SENTENCE.replace('400', '1')} ${SENTENCE.replace('400', '2')}`),
      { quote: SENTENCE },
      { is: 'ambiguous' },
    ],
  ];
  for (const [what, now, more, expected] of cases) {
    test(what, ({ folder }) => {
      expect(fate(folder, now, more)).toMatchObject(expected);
    });
  }

  test('was never kept', ({ folder }) => {
    writeFileSync(path.join(folder, 'guide.md'), GUIDE);
    const guide = document(path.join(folder, 'guide.md'));
    expect(anchorFate(guide.section('nginx').quote(QUOTE), undefined)).toMatchObject({ is: 'new' });
    expect(anchorFate(guide.section('nginx').quote(''), undefined)).toMatchObject({ is: 'gone' });
    expect(anchorFate(guide.section('CADDY').quote('Restart nginx afterwards.'), undefined)).toMatchObject({
      place: { section: ['Guide', 'nginx'] },
    });
  });

  test('that was reworded and accepted is as accepted, though the quote was left', ({ folder }) => {
    const reworded = fate(folder, REWORDED);
    if (reworded.is !== 'reworded') throw new Error(reworded.is);
    const guide = document(path.join(folder, 'guide.md')).section('nginx');
    expect(anchorFate(guide.quote(QUOTE), reworded.anchor)).toMatchObject({ is: 'same' });
    expect(anchorFate(guide.quote(`${QUOTE} the status 400`), reworded.anchor)).toMatchObject({ is: 'reworded' });
  });
});

test('sentences that can be checked are known by codes, errors and what they tell to do', ({ folder }) => {
  writeFileSync(
    path.join(folder, 'guide.md'),
    `# Guide

A proxy stands before the application. It takes 300 ms. Everything in it was written for version 1.27.

- The browser says that the connection failed.
- Then it gets 502. Its close code is 1006.
- Reload the page. You must wait.

| header | why |
| --- | --- |
| \`Host\` | the origin is compared |

<!-- sintoma: generated -->

Restart everything.

## More

Never do that.
`,
  );
  const told = tellingOf(document(path.join(folder, 'guide.md')).parts);
  expect(told.map(({ text, why, lines }) => [lines[0], text, why])).toEqual([
    [5, 'The browser says that the connection failed.', 'tells of an error'],
    [6, 'Then it gets 502.', 'has a code'],
    [6, 'Its close code is 1006.', 'has a code'],
    [7, 'Reload the page.', 'tells what to do'],
    [7, 'You must wait.', 'tells what to do'],
    [11, 'Host | the origin is compared', 'names Host'],
    [19, 'Never do that.', 'tells what to do'],
  ]);
});

const CLAIMS = `
import { document, quotedClaims, shows } from 'sintoma';
const claim = quotedClaims('guide', 'tiny');
const nginx = document('guide.md').section('nginx');
export default [
  claim('01', nginx.quote('Without the Upgrade line'), 'holds', 'So it is.', shows('live-off')),
];
`;

test('claims of an own document are locked by a passing run, follow moves, and fail on another wording', async ({
  copy,
}) => {
  test.setTimeout(240_000);
  const claims = async (...more: string[]): ReturnType<typeof sintoma> => sintoma(['claims', ...more], copy.env);
  const guide = path.join(copy.path, 'guide.md');
  const lock = path.join(copy.path, 'scenarios/tiny/documents.lock.json');
  const locked = (): object => JSON.parse(readFileSync(lock, 'utf8')) as object;
  /** Writes the guide as it was written at some time, and what a run then found of the decider. */
  const write = (text: string, minute: number): void => {
    copy.write('guide.md', text);
    utimesSync(guide, new Date(), new Date(Date.UTC(2026, 0, 1, 0, minute)));
  };
  const play = (minute: number, status: 'passed' | 'failed' = 'passed'): void => {
    const startedAt = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    const played = { ...scenario(1), id: 'tiny/live-off', topology: 'tiny', status, startedAt };
    copy.write('reports/result.json', JSON.stringify(resultOf(0, { scenarios: [played], checks: [], claims: [] })));
  };
  copy.write('scenarios/tiny/claims.ts', CLAIMS);
  mkdirSync(path.join(copy.path, 'reports'));

  expect(await claims()).toMatchObject({
    status: 1,
    err: expect.stringMatching(/^sintoma: guide\.md: there is no such/),
  });
  write(GUIDE, 1);
  expect(await claims()).toMatchObject({
    status: 1,
    out: expect.stringContaining('new: guide.md:8-9: never accepted'),
  });
  const UNPLAYED = 'guide-01: what decides it has not passed since the document was written';
  expect((await claims('--accept')).err).toContain(UNPLAYED);
  play(2, 'failed');
  expect((await claims('--accept')).err).toContain(UNPLAYED);
  play(0);
  expect((await claims('--accept')).err).toContain('play, and let pass: tiny/live-off');
  play(2);
  expect(await claims('--accept')).toMatchObject({ status: 0, out: expect.stringContaining('accepted guide-01') });
  expect(readFileSync(lock, 'utf8'), 'no sentence').not.toContain('handshake');
  expect(locked()).toMatchObject({ 'guide.md': { 'guide-01': { section: ['Guide', 'nginx'], line: 8 } } });
  expect(await claims()).toMatchObject({ status: 0, out: expect.stringContaining('quotes: 1 same') });

  write(GUIDE.replace('## nginx', '## NGINX 1.x'), 3);
  expect(await claims()).toMatchObject({
    status: 0,
    out: expect.stringContaining('moved: guide.md:8-9: Guide › NGINX'),
  });
  expect(locked(), 'the lock follows').toMatchObject({
    'guide.md': { 'guide-01': { section: ['Guide', 'NGINX 1.x'] } },
  });

  write(GUIDE.replace('400', '502'), 4);
  const reworded = await claims();
  expect(reworded.status).toBe(1);
  expect(reworded.out).toContain('reworded: guide.md:8-9: not what was accepted');
  expect(reworded.out.replace(/\s+/g, ' ')).toContain(
    'now: Without the Upgrade line the handshake ends with the status 502',
  );
  expect(JSON.parse((await claims('--json')).out)).toMatchObject([{ id: 'guide-01', quote: 'reworded' }]);
  expect((await claims('--accept')).err, 'the run was before').toContain(UNPLAYED);
  play(5);
  expect((await claims('--accept')).status).toBe(0);
  expect((await claims()).status).toBe(0);

  write(GUIDE.replace(/Without[^.]+\./, ''), 6);
  expect(await claims()).toMatchObject({
    status: 1,
    out: expect.stringContaining('gone: guide.md has nothing like it'),
  });
  play(7);
  expect(await claims('--accept')).toMatchObject({ status: 1, err: expect.stringContaining('guide-01 is gone') });

  write(GUIDE, 8);
  const uncovered = await claims('--coverage');
  expect(uncovered.status).toBe(1);
  expect(uncovered.out).toMatch(/^guide\.md:11-11 {2}\(tells what to do\)\n {4}Restart nginx afterwards\.$/m);
  expect(uncovered.out).not.toContain('Without the Upgrade');
  const documents = [{ name: 'guide.md', topology: 'tiny', lines: 18 }];
  const about = {
    id: 'guide-01',
    document: 'guide.md',
    lines: [8, 9],
    says: QUOTE,
    verdict: 'holds',
    found: 'So it is.',
  };
  const claimed = [{ ...about, decidedBy: [], state: 'confirmed' }] as unknown as Result['claims'];
  copy.write('reports/result.json', JSON.stringify(resultOf(0, { documents, checks: [], claims: claimed })));
  expect((await sintoma(['report'], copy.env)).status).toBe(0);
  expect(readFileSync(path.join(copy.path, 'reports/index.html'), 'utf8'), 'the page shows its text').toMatch(
    /<td class="proven">ends with the status 400/,
  );

  write(GUIDE.replaceAll(/^Restart.*$/gm, ''), 9);
  expect(await claims('--coverage')).toMatchObject({
    status: 0,
    out: expect.stringContaining('no claim quotes: 0, in guide.md'),
  });
});

test('locks of own and of other documents are kept beside one another', async ({ copy, folder }) => {
  writeFileSync(path.join(folder, 'tiny.md'), 'One.\nTwo.\nThree.\n');
  copy.write('guide.md', GUIDE).write(
    'scenarios/tiny/claims.ts',
    `import { document, quotedClaims } from 'sintoma';
export default [
  quotedClaims('guide', 'tiny')('01', document('guide.md').section('nginx').quote('Without the Upgrade'), 'not checkable', 'So.'),
  { id: 'tiny-01', document: 'tiny', lines: [1, 1], says: 'x', verdict: 'not checkable', found: 'y', decidedBy: [] },
];`,
  );
  for (const args of [['--accept'], ['--accept', '--documents', folder], ['--accept']])
    expect((await sintoma(['claims', ...args], copy.env)).status).toBe(0);
  const lock = JSON.parse(readFileSync(path.join(copy.path, 'scenarios/tiny/documents.lock.json'), 'utf8')) as object;
  expect(lock).toMatchObject({ tiny: [1, 2, 3].map(() => expect.any(String)), 'guide.md': { 'guide-01': {} } });
  expect((await sintoma(['claims', '--documents', folder], copy.env)).status).toBe(0);
});

for (const [what, claim, says] of [
  ['says nowhere where', '{ id: "a" }', /a: a claim says where|a: says: /],
  [
    'says it twice',
    '{ id: "a", at: q, document: "tiny", lines: [1, 1], ...rest }',
    /a: a claim says where: by `document`/,
  ],
  ['quotes a text without a document', '{ id: "a", at: "x", ...rest }', /a: at: must be a quote: document/],
  ['has an id twice', '{ id: "a", at: q, ...rest }, { id: "a", at: q, ...rest }', /claims\.ts: a: id: already defined/],
] as const) {
  test(`a claim that ${what} is refused`, async ({ copy }) => {
    copy.write(
      'scenarios/tiny/claims.ts',
      `import { document } from 'sintoma';
const q = document('guide.md').quote('x');
const rest = { says: 'x', verdict: 'not checkable', found: 'y', decidedBy: [] };
export default [${claim}];`,
    );
    const { status, err } = await sintoma(['list'], copy.env);
    expect(err).toMatch(says);
    expect(status).toBe(1);
  });
}

test('--coverage without an own document is told what it lacks', async ({ copy }) => {
  expect(await sintoma(['claims', '--coverage'], copy.env)).toMatchObject({
    status: 2,
    err: expect.stringContaining('--coverage: no claim quotes an own document'),
  });
});
