// Code blocks of documents as files of a system, and faults that are edits of them.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { PlayedScenario } from '../../harness/result/schema.ts';
import { RECORD } from '../../harness/suite/record.ts';
import { playwright, sintoma } from './support/command.ts';
import { documented, GUIDE } from './support/documented.ts';
import { FIXTURE_CONFIG, type Copy } from './support/project.ts';
import { expect, test } from './support/test.ts';

test('the block of a document is the file that runs, and its edit a fault like others', async ({ copy }) => {
  test.setTimeout(240_000);
  documented(copy);
  const { status, out } = await playwright(['test', '-c', FIXTURE_CONFIG], copy.env);
  expect(status, out).toBe(0);
  const records: PlayedScenario[] = [];
  JSON.parse(readFileSync(path.join(copy.path, 'reports/results.json'), 'utf8'), (_, value: unknown) => {
    const { name, body } = (value ?? {}) as { name?: string; body?: string };
    if (name === RECORD && body !== undefined)
      records.push(JSON.parse(Buffer.from(body, 'base64').toString()) as PlayedScenario);
    return value;
  });
  const broken = records.find(({ cause }) => cause === 'backend-endpoint-missing');
  expect(broken?.faults).toMatchObject([
    {
      name: 'live-edited',
      text: expect.stringContaining('# web:/etc/tiny.env is notes.md:6 "LIVE=off" for "LIVE=on"'),
    },
  ]);
  const byHand = /cd (\S+) && docker compose(.*) up --build/.exec(broken?.commands.join('\n') ?? '') ?? [];
  const files = [...(byHand[2] ?? '').matchAll(/-f (\S+)/g)].map(([, file]) =>
    path.join(copy.path, byHand[1] ?? '', file ?? ''),
  );
  expect(files.map((file) => [path.basename(file), existsSync(file)])).toEqual([
    ['compose.yaml', true],
    ['files.yaml', true],
    ['live-edited.yaml', true],
  ]);
});

test('what only lists scenarios reads no document', async ({ copy }) => {
  documented(copy).write('notes.md', '');
  expect(await sintoma(['list'], copy.env)).toMatchObject({ status: 0, err: '' });
});

const TOPOLOGY = 'scenarios/tiny/topology.ts';
const WRONG: [what: string, change: (copy: Copy) => Copy, says: RegExp][] = [
  [
    'a block that is gone',
    (copy) => copy.write('notes.md', '# Notes\n'),
    /^sintoma: notes\.md: the document has no section "Settings"/m,
  ],
  [
    'an edit of a line that has changed',
    (copy) => copy.write('notes.md', GUIDE.replace('LIVE=on', 'LIVE=yes')),
    /^sintoma: notes\.md:6: no line of this block has "LIVE=on"/m,
  ],
  [
    'an edit that changes nothing',
    (copy) => copy.replace(TOPOLOGY, "'LIVE=off'", "'LIVE=on'"),
    /^sintoma: scenarios\/tiny\/topology\.ts: edits: live-edited: web:\/etc\/tiny\.env: changes nothing/m,
  ],
  [
    'an edit of a file that is none',
    (copy) => copy.replace(TOPOLOGY, "'live-edited': { 'web:/etc/tiny", "'live-edited': { 'web:/etc/tinny"),
    /^sintoma: scenarios\/tiny\/topology\.ts: edits: live-edited: "web:\/etc\/tinny\.env" is none of `files`/m,
  ],
  [
    'an edit with the name of a fault',
    (copy) => copy.replace(TOPOLOGY, "'live-edited'", "'live-off'"),
    /^sintoma: scenarios\/tiny\/topology\.ts: edits: live-off: the folder of faults has a fault of this name/m,
  ],
  [
    'a file of a service that is none',
    (copy) =>
      copy.replace(TOPOLOGY, "files: { 'web:", "files: { 'wev:").replace(TOPOLOGY, "{ 'web:/etc", "{ 'wev:/etc"),
    /^sintoma: scenarios\/tiny\/topology\.ts: files: wev:\/etc\/tiny\.env: "wev" is no service of compose\.yaml\n.*did you mean "web"\?/m,
  ],
  [
    'a file that is no block',
    (copy) => copy.replace(TOPOLOGY, "files: { 'web:/etc/tiny.env': settings }", "files: { 'web:/etc/tiny.env': 'x' }"),
    /^sintoma: scenarios\/tiny\/topology\.ts: files\.web:\/etc\/tiny\.env: must be a block of a document/m,
  ],
];
for (const [what, change, says] of WRONG) {
  test(`${what} is refused by set-up`, async ({ copy }) => {
    const { status, err } = await sintoma(['setup'], change(documented(copy)).env);
    expect(err).toMatch(says);
    expect(status).toBe(1);
  });
}
