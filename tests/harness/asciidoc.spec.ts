// AsciiDoc as a source: the same sections, blocks, quotes and marks as Markdown has.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { document } from 'sintoma';
import { asciidocParts } from '../../harness/document/asciidoc.ts';
import { tellingOf } from '../../harness/document/coverage.ts';
import { expect, test } from './support/test.ts';

const GUIDE = `= Behind a *proxy*
:toc:

Everything here is run, and it isn't much...

== nginx

The block is the file that runs,
every line of it. Without \`Upgrade\` the handshake fails.

[source,nginx,file=app.conf]
----
location /live { # <1>
  proxy_pass http://app:8080; <2>
}
----
<1> What is live.
<2> The application.

=== TLS

// sintoma: tls
[source,nginx]
listen 443 ssl;

. Reload it.
. Wait:
+
....
nginx -s reload
....

NOTE: Never stop it.

|===
|Status |Means

|\`502\` |It does not run.
|===

== Caddy

\`\`\`caddyfile
app.example.com
\`\`\`
`;

test('headings, code, passages and marks come with their lines', () => {
  expect(asciidocParts(GUIDE, 'guide.adoc')).toEqual([
    { is: 'heading', depth: 1, text: 'Behind a proxy', line: 1 },
    { is: 'passage', text: "Everything here is run, and it isn't much...", codes: [], line: 4 },
    { is: 'heading', depth: 2, text: 'nginx', line: 6 },
    {
      is: 'passage',
      text: 'The block is the file that runs,\nevery line of it. Without Upgrade the handshake fails.',
      codes: ['Upgrade'],
      line: 8,
    },
    {
      is: 'code',
      text: 'location /live {\n  proxy_pass http://app:8080;\n}',
      language: 'nginx',
      file: 'app.conf',
      line: 13,
    },
    { is: 'passage', text: 'What is live.', codes: [], line: 17 },
    { is: 'passage', text: 'The application.', codes: [], line: 18 },
    { is: 'heading', depth: 3, text: 'TLS', line: 20 },
    { is: 'marker', id: 'tls', line: 22 },
    { is: 'code', text: 'listen 443 ssl;', language: 'nginx', line: 24 },
    { is: 'passage', text: 'Reload it.', codes: [], line: 26 },
    { is: 'passage', text: 'Wait:', codes: [], line: 27 },
    { is: 'code', text: 'nginx -s reload', line: 30 },
    { is: 'passage', text: 'Never stop it.', codes: [], line: 33 },
    { is: 'passage', text: 'Status | Means', codes: [], line: 36 },
    { is: 'passage', text: '502 | It does not run.', codes: ['502'], line: 38 },
    { is: 'heading', depth: 2, text: 'Caddy', line: 41 },
    { is: 'code', text: 'app.example.com', language: 'caddyfile', line: 44 },
  ]);
});

test('sentences that can be checked are found in it', () => {
  expect(tellingOf(asciidocParts(GUIDE, 'guide.adoc')).map(({ text }) => text)).toEqual([
    'Without Upgrade the handshake fails.',
    'Reload it.',
    'Wait:',
    'Never stop it.',
    '502 | It does not run.',
  ]);
});

test('it is a document like others: by sections, marks and edits', ({}, testInfo) => {
  const file = testInfo.outputPath('guide.adoc');
  writeFileSync(file, GUIDE);
  const guide = document(pathToFileURL(file));
  const block = guide.section('nginx').block({ file: 'app.conf' });
  expect(block.without('proxy_pass').text).toBe('location /live {\n}\n');
  expect(block.at).toMatch(/guide\.adoc:13$/);
  expect(guide.marked('tls').block('nginx').text).toBe('listen 443 ssl;\n');
  expect(guide.section('nginx').section('TLS').quote('Never stop it.').text).toBe('Never stop it.');
});
