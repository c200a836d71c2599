// Claims against the documents themselves: what was quoted, and what became of its lines.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fatesOf, hashesOf, linesOf, type Fate, type Lines } from '../../harness/scenario/document-lines.ts';
import { sintoma } from './support/command.ts';
import { test } from './support/stacks.ts';
import { expect } from './support/test.ts';

const DOCUMENT = [
  '# Live',
  '',
  'The socket is at /live.',
  'Without it nothing is live.',
  '',
  'Restart the web server.',
];

test.describe('lines of a document that', () => {
  for (const [what, lines, now, fate] of [
    ['are as they were', [3, 4], DOCUMENT, { is: 'same', lines: [3, 4] }],
    [
      'are set in other white space',
      [3, 4],
      DOCUMENT.map((line) => ` ${line.replaceAll(' ', '  ')}\t`),
      { is: 'same', lines: [3, 4] },
    ],
    ['are pushed down', [3, 4], ['# New', '', ...DOCUMENT], { is: 'moved', lines: [5, 6] }],
    ['are put elsewhere', [6, 6], ['Restart the web server.', ...DOCUMENT.slice(0, 5)], { is: 'moved', lines: [1, 1] }],
    ['are reworded', [3, 3], DOCUMENT.with(2, 'The socket is at /ws.'), { is: 'changed', lines: [3, 3] }],
    ['are reworded in part', [3, 4], DOCUMENT.with(3, 'Without it all is lost.'), { is: 'changed', lines: [3, 4] }],
    ['have a line between them', [3, 4], DOCUMENT.toSpliced(3, 0, 'It is open.'), { is: 'changed', lines: [3, 5] }],
    ['are taken out', [6, 6], DOCUMENT.slice(0, 5), { is: 'gone' }],
    ['are taken out between others', [3, 4], DOCUMENT.toSpliced(2, 2), { is: 'gone' }],
    ['are all that there was', [1, 6], [], { is: 'gone' }],
  ] satisfies [string, Lines, string[], Fate][]) {
    test(what, () => {
      expect(fatesOf(hashesOf(DOCUMENT), hashesOf(now))(lines)).toEqual(fate);
    });
  }

  test('end without a line feed, or with one, or with a carriage return', () => {
    for (const text of ['a\nb', 'a\nb\n', 'a\r\nb\r\n']) expect(linesOf(text)).toEqual(['a', 'b']);
  });
});

const CLAIMS = `
import { claimsOf, contradicts } from 'sintoma';

const claim = claimsOf('tiny', 'tiny');

export default [
  claim('01', [3, 4], 'Sockets are at /live.', 'refuted', 'Not where they are off.', contradicts('live-off')),
];
`;

test('claims are quoted; moved, changed and gone lines fail with what they are now', async ({ copy, folder }) => {
  copy.replace('scenarios/tiny/topology.ts', 'tiny: 3', 'tiny: 6').write('scenarios/tiny/claims.ts', CLAIMS);
  const file = path.join(folder, 'tiny.md');
  const claims = async (...more: string[]): ReturnType<typeof sintoma> =>
    sintoma(['claims', '--documents', folder, ...more], copy.env);

  expect(await claims()).toMatchObject({ status: 2, err: expect.stringContaining(`there is no file ${file}`) });
  writeFileSync(file, DOCUMENT.join('\n'));
  const unlocked = await claims();
  expect(unlocked.status).toBe(1);
  expect(unlocked.err).toContain('scenarios/tiny/documents.lock.json: says nothing of "tiny"');
  expect(unlocked.err).toContain('sintoma claims --documents <folder> --accept');

  expect((await claims('--accept')).status).toBe(0);
  const lock = path.join(copy.path, 'scenarios/tiny/documents.lock.json');
  expect(readFileSync(lock, 'utf8')).not.toContain('socket');
  const same = await claims();
  expect(same.status).toBe(0);
  expect(same.out).toContain('│ The socket is at /live.\n    │ Without it nothing is live.');
  expect(same.out).toContain('lines: 1 as they were, 0 moved, 0 changed, 0 gone');

  writeFileSync(file, ['# New', '', ...DOCUMENT].join('\n'));
  const moved = await claims();
  expect(moved.status).toBe(1);
  expect(moved.out).toContain('moved: tiny.md:5-6');
  const data = JSON.parse((await claims('--json')).out) as object[];
  expect(data).toMatchObject([{ linesNow: { is: 'moved', lines: [5, 6] }, text: DOCUMENT.slice(2, 4) }]);

  writeFileSync(file, DOCUMENT.toSpliced(2, 2).join('\n'));
  const gone = await claims();
  expect(gone.status).toBe(1);
  expect(gone.out).toContain('lines: 0 as they were, 0 moved, 0 changed, 1 gone');

  writeFileSync(lock, '{"tiny": ["not a hash"]}');
  expect((await claims()).err).toContain('documents.lock.json: is damaged');
});

test('--accept alone is told what it lacks', async ({ copy }) => {
  expect(await sintoma(['claims', '--accept'], copy.env)).toMatchObject({
    status: 2,
    err: expect.stringContaining('--accept needs --documents'),
  });
});
