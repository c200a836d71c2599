// `sintoma ablate`: what breaks without each line of a document's block, and the tests that hold its table to it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { playwright, sintoma } from './support/command.ts';
import { documented, GUIDE } from './support/documented.ts';
import { FIXTURE_CONFIG, type Copy } from './support/project.ts';
import { expect, test } from './support/test.ts';

/** Without LIVE the server takes sockets; without NEEDED it does not start. */
const BLOCK = 'LIVE=on\nNEEDED=yes';
const WITH_TABLE = GUIDE.replace('LIVE=on', BLOCK) + '\n<!-- sintoma: ablation -->\n\n## After\n';

function ablated(copy: Copy): Copy {
  return documented(copy)
    .write('notes.md', WITH_TABLE)
    .replace('compose/tiny/compose.yaml', '. /etc/tiny.env; exec', '. /etc/tiny.env; test $$NEEDED && exec');
}

const ofTables = ['test', '-c', FIXTURE_CONFIG, '-g', '@ablation'];

test('a table is written, played, and fails where the system does something else', async ({ copy }) => {
  test.setTimeout(240_000);
  ablated(copy);
  const written = await sintoma(['ablate', 'notes.md#settings', '--write'], copy.env);
  expect(written.status, written.out + written.err).toBe(0);
  expect(written.out).toContain('ended with exit code 1');
  const text = readFileSync(path.join(copy.path, 'notes.md'), 'utf8');
  expect(text.split('\n').filter((line) => line.startsWith('|'))).toEqual([
    '| without      | notes | named          |',
    '| ------------ | ----- | -------------- |',
    '| `LIVE=on`    | live  | nothing breaks |',
    '| `NEEDED=yes` | –     | does not start |',
  ]);
  expect(text).toMatch(/\|\n\n## After\n$/);

  const played = await playwright(ofTables, copy.env);
  expect(played.status, played.out).toBe(0);
  expect(played.out).toContain('3 passed');

  copy
    .replace('notes.md', '| live  | nothing breaks |', '| never | nothing breaks |')
    .replace('notes.md', '`NEEDED=yes`', '`OTHER=yes` ');
  const failed = await playwright(ofTables, copy.env);
  expect(failed.status, failed.out).toBe(1);
  expect(failed.out).toMatch(/notes\.md: without LIVE=on\n\s+notes: the table says never, and it is live/);
  expect(failed.out).toContain('no row for NEEDED=yes; a row for OTHER=yes, which the block does not have');
  expect(failed.out).toContain('npx sintoma ablate notes.md --write');

  const json = path.join(copy.path, 'seen.json');
  const other = await sintoma(['ablate', 'notes.md', '--json', json], copy.env);
  expect(other.status, other.err).toBe(1);
  expect(other.err).toMatch(/^notes\.md:\d+: says something else$/m);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject([
    {
      target: 'web:/etc/tiny.env',
      columns: ['notes', 'named'],
      rows: [{ leftOut: 'LIVE=on', cells: ['live', 'nothing breaks'] }, {}],
    },
  ]);
});

const WRONG: [what: string, args: string[], says: RegExp][] = [
  ['a document that is not there', ['other.md'], /other\.md: there is no such document/],
  [
    'a section that it does not have',
    ['notes.md#setings'],
    /there is no section "setings"\n.*did you mean "settings"\?/,
  ],
  [
    'a section without a block that runs',
    ['notes.md#after'],
    /notes\.md#after: no topology has a block of it as a file\n.*notes\.md:6/,
  ],
  ['a block without a place for its table', ['notes.md', '--write'], /notes\.md:6: says nowhere where the table/],
  ['no number of stacks', ['notes.md', '--stacks', 'many'], /--stacks: not a number/],
];
for (const [what, args, says] of WRONG) {
  test(`${what} is said before anything is started`, async ({ copy }) => {
    const project = ablated(copy);
    if (args.includes('--write')) project.replace('notes.md', '<!-- sintoma: ablation -->', '');
    const { status, err } = await sintoma(['ablate', ...args], project.env);
    expect(err).toMatch(says);
    expect(status).toBe(2);
  });
}
