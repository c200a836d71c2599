// A document as a source: sections, code blocks, edits of them. What is wrong is said with document and line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { document, UserError, type Document } from 'sintoma';
import { expect, test as base } from './support/test.ts';

const GUIDE = `---
title: Behind a proxy
---

# Behind a proxy

Everything here is run.

## nginx

The block below is the file that runs,
every line of it. Without \`Upgrade\` the handshake fails.

\`\`\`nginx file=app.conf
location /live {
  proxy_pass http://app:8080;
  proxy_set_header Host $host;
  proxy_set_header Upgrade $http_upgrade;
}
\`\`\`

\`\`\`sh
nginx -s reload
\`\`\`

### TLS

\`\`\`nginx
listen 443 ssl;
\`\`\`

## Caddy

### TLS

<!-- sintoma: caddy-auto -->

1. Nothing is needed:

   \`\`\`
   app.example.com
   \`\`\`

## HAProxy

No block.
`;

const test = base.extend<{ write: (text: string, name?: string) => Document }>({
  write: async ({}, use) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'doc-'));
    await use((text, name = 'guide.md') => {
      writeFileSync(path.join(folder, name), text);
      return document(new URL(`file://${path.join(folder, name)}`));
    });
    rmSync(folder, { recursive: true });
  },
});

/** What somebody is told who asks for this. */
function refusal(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (error instanceof UserError) return `${error.message}\n${error.hint ?? ''}`;
    throw error;
  }
  throw new Error('it was taken');
}

test('a section has its block, by language, file and heading without regard to case', ({ write }) => {
  const guide = write(GUIDE);
  const nginx = guide.section('NGINX');
  expect(nginx.block('sh').text).toBe('nginx -s reload\n');
  expect(nginx.block({ file: 'app.conf' }).text).toContain('location /live {\n  proxy_pass');
  expect(nginx.block('nginx').file, 'its own comes before those of its sub-sections').toBe('app.conf');
  expect(nginx.block('nginx').at).toMatch(/guide\.md:15$/);
  expect(nginx.section('TLS').block().text).toBe('listen 443 ssl;\n');
  expect(guide.section('caddy').block().text, 'of a list, without its indentation').toBe('app.example.com\n');
  expect(guide.marked('caddy-auto').block().text).toBe('app.example.com\n');
});

test('nothing is read before it is asked for, and then anew', ({ write }) => {
  expect(() => document('no-such.md').section('x').block().without('y')).not.toThrow();
  expect(refusal(() => document('no-such.md').section('x').block().text)).toMatch(
    /^no-such\.md: there is no such document/,
  );
  const guide = write(GUIDE);
  const block = guide.section('Caddy').block();
  expect(block.text).toBe('app.example.com\n');
  write(GUIDE.replace('   app.example', '   www.example'));
  expect(block.text).toBe('www.example.com\n');
});

test('blocks are edited, each edit on what the one before has left', ({ write }) => {
  const block = write(GUIDE).section('nginx').block('nginx');
  const lines = (text: string): string[] => text.split('\n').filter((line) => line.includes('proxy'));
  expect(lines(block.without('proxy_set_header Upgrade').without(/Host \$host/).text)).toEqual([
    '  proxy_pass http://app:8080;',
  ]);
  expect(block.replace('http://app:8080', 'http://$1:9').text).toContain('  proxy_pass http://$1:9;\n');
  expect(block.replace('8080;\n  proxy_set_header Host $host;', '1;').text).toContain('app:1;\n  proxy_set_header Upg');
  expect(lines(block.insert('proxy_pass', '  proxy_buffering on;').text)[1]).toBe('  proxy_buffering on;');
  expect(block.without('proxy_pass').edited).toBe('without "proxy_pass"');
  expect(block.text, 'the block itself stays').toBe(block.documented);
});

const WRONG: [what: string, ask: (guide: Document) => unknown, says: RegExp][] = [
  [
    'no such section',
    (guide) => guide.section('ngnix').parts,
    /guide\.md: the document has no section "ngnix"\ndid you mean "nginx"\? It has: Behind/,
  ],
  [
    'two sections of a name',
    (guide) => guide.section('TLS').parts,
    /guide\.md:26: the document has several sections "TLS": lines 26, 34\nname the section around it/,
  ],
  ['no block', (guide) => guide.section('HAProxy').block().text, /guide\.md: section "HAProxy" has no code block/],
  [
    'no block of a language',
    (guide) => guide.section('Caddy').block('caddy').text,
    /has no code block "caddy"\nit has: no language line 41/,
  ],
  [
    'several blocks',
    (guide) => guide.section('nginx').block().text,
    /guide\.md:15: section "nginx" has several code blocks: lines 15, 23\nchoose by language/,
  ],
  [
    'no block of a file',
    (guide) => guide.section('nginx').block({ file: 'x' }).text,
    /has no code block "file=x"\nit has: nginx file=app\.conf line 15/,
  ],
  [
    'a pattern that no line has',
    (guide) => guide.section('nginx').block('nginx').without('Upgrde').text,
    /guide\.md:15: no line of this block has "Upgrde"\nits lines are 15 to 19/,
  ],
  [
    'a pattern that several lines have',
    (guide) => guide.section('nginx').block('nginx').replace('proxy_set_header', '').text,
    /guide\.md:17: "proxy_set_header" is in several lines of this block: 17, 18/,
  ],
  [
    'an empty pattern',
    (guide) => guide.section('nginx').block('nginx').insert('', 'x').text,
    /no line of this block has ""/,
  ],
  ['no such marker', (guide) => guide.marked('x').parts, /guide\.md: has no comment <!-- sintoma: x -->/],
];
for (const [what, ask, says] of WRONG) {
  test(`${what} is refused`, ({ write }) => {
    const guide = write(GUIDE);
    expect(refusal(() => ask(guide))).toMatch(says);
  });
}

test('what cannot be read as a document is refused', ({ write }) => {
  expect(refusal(() => write('= Title', 'guide.rst').parts)).toMatch(
    /guide\.rst: cannot be read as a document\ndocuments are \.md/,
  );
  expect(refusal(() => write('# A\n\n```nginx\nlisten 80;\n').parts)).toMatch(/guide\.md:3: the code block has no end/);
  expect(refusal(() => write('# A\n\n<!-- sintoma: a -->\n\nx\n\n<!-- sintoma: a -->\n').marked('a').parts)).toMatch(
    /guide\.md:7: sintoma: a: already in line 3/,
  );
});

test('MDX has its own comments', ({ write }) => {
  expect(write('# A\n\n{/* sintoma: a */}\n\n```js\n1\n```\n', 'guide.mdx').marked('a').block().text).toBe('1\n');
});
