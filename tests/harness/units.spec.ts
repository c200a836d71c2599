// What can be left out of a configuration, and the table that says what breaks without it.
import { ablationTable, withTable, type AblationTable } from '../../harness/document/ablation-table.ts';
import { partsOf } from '../../harness/document/markdown.ts';
import { unitsOf } from '../../harness/document/units.ts';
import { expect, test } from './support/test.ts';

/** What is left of a text without each of its units. */
const without = (text: string, language?: string): Record<string, string> =>
  Object.fromEntries(
    unitsOf(text, language).map(({ name, lines: [from, to], instead }) => {
      const lines = text.trimEnd().split('\n');
      return [name, [...lines.slice(0, from), ...instead, ...lines.slice(to + 1)].join('\n')];
    }),
  );

test('a line goes with what stands below it and what closes it; comments and braces are no units', () => {
  expect(without('# all\nserver {\n    listen 80;\n\n    location / {\n        root /x;\n    }\n}\n', 'nginx')).toEqual(
    {
      server: '# all',
      'listen 80;': '# all\nserver {\n\n    location / {\n        root /x;\n    }\n}',
      'location /': '# all\nserver {\n    listen 80;\n\n}',
      'root /x;': '# all\nserver {\n    listen 80;\n\n    location / {\n    }\n}',
    },
  );
  expect(Object.keys(without('<VirtualHost *:80>\n    ServerName x\n</VirtualHost>\nListen 80'))).toEqual([
    '<VirtualHost *:80>',
    'ServerName x',
    'Listen 80',
  ]);
  expect(without('a:\n  b: 1\n  c:\n    - d: 2\n      e: 3\n', 'yaml')).toEqual({
    a: '',
    'b: 1': 'a:\n  c:\n    - d: 2\n      e: 3',
    c: 'a:\n  b: 1',
    '- d: 2': 'a:\n  b: 1\n  c:',
    'e: 3': 'a:\n  b: 1\n  c:\n    - d: 2',
  });
});

test('options of a line are left out one by one, and its first word stays', () => {
  expect(without('ProxyPass / http://app/ timeout=60 retry=0', 'apache')).toEqual({
    'ProxyPass / http://app/ timeout=60 retry=0': '',
    'timeout=60': 'ProxyPass / http://app/ retry=0',
    'retry=0': 'ProxyPass / http://app/ timeout=60',
  });
  expect(without('    listen 443 ssl;', 'nginx')).toEqual({ 'listen 443 ssl;': '', ssl: '    listen 443;' });
  expect(without('bind :443 ssl crt /x alpn h2', 'haproxy')).toMatchObject({
    'crt /x': 'bind :443 ssl alpn h2',
    'alpn h2': 'bind :443 ssl crt /x',
  });
  // In another language these words are values.
  expect(Object.keys(without('answer ssl crt /x', 'text'))).toEqual(['answer ssl crt /x']);
});

test('names tell units apart: by the lines around them, else by number', () => {
  expect(Object.keys(without('a {\n  x 1;\n}\nb {\n  x 1;\n  x 1;\n}\n'))).toEqual([
    'a',
    'a › x 1;',
    'b',
    'b › x 1;',
    'b › x 1; (2)',
  ]);
});

const DOCUMENT = `# Guide

\`\`\`yaml file=a.yaml
a: \`1\` | 2
\`\`\`

<!-- sintoma: ablation -->

| without         | ws   | named          |
| --------------- | ---- | -------------- |
| \`\` a: \`1\` \\| 2 \`\` | live | nothing breaks |

After.
`;
const table = (text: string): AblationTable | undefined => {
  const parts = partsOf(text, 'guide.md');
  const block = parts.find((part) => part.is === 'code');
  return ablationTable(parts, text, block?.line ?? 0);
};

test('a table is read as a reader sees it, and written in its place', () => {
  const read = table(DOCUMENT);
  expect(read).toEqual({
    marker: 7,
    lines: [9, 12],
    columns: ['ws', 'named'],
    rows: [['a: `1` | 2', 'live', 'nothing breaks']],
  });
  expect(withTable(DOCUMENT, read as AblationTable, '| new |\n| --- |\n')).toMatch(
    /ablation -->\n\n\| new \|\n\| --- \|\n\nAfter\.\n$/,
  );
});

test('where only the comment stands, the table is written below it; without one there is none', () => {
  const bare = DOCUMENT.replace(/^\|.*\n/gm, '');
  const read = table(bare);
  expect(read).toMatchObject({ marker: 7, columns: [], rows: [] });
  expect(withTable(bare, read as AblationTable, '| new |\n')).toMatch(/ablation -->\n\n\| new \|\n\n+After\.\n$/);
  expect(table(bare.replace('<!-- sintoma: ablation -->', ''))).toBeUndefined();
});
