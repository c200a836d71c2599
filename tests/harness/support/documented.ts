// The fixture's project with its settings in a document.
import type { Copy } from './project.ts';

/** A document with one block, in which the fixture has its settings. */
export const GUIDE = `# Notes

## Settings

\`\`\`sh file=tiny.env
# \${LIVE} is not $HOME, and costs $$1
LIVE=on
\`\`\`
`;

/** The fixture with its settings in a document, of which the fault is an edit. */
export function documented(copy: Copy): Copy {
  const topology = 'scenarios/tiny/topology.ts';
  return copy
    .write('notes.md', GUIDE)
    .replace(topology, 'topology }', 'document, topology }')
    .replace(
      topology,
      'export default',
      "const settings = document('notes.md').section('Settings').block();\nexport default",
    )
    .replace(
      topology,
      '  data:',
      `  files: { 'web:/etc/tiny.env': settings },
  edits: { 'live-edited': { 'web:/etc/tiny.env': settings.replace('LIVE=on', 'LIVE=off') } },
  data:`,
    )
    .replace('scenarios/tiny/tiny.scenario.ts', "faults: ['live-off']", "faults: ['live-edited']")
    .replace(
      'compose/tiny/compose.yaml',
      '    init: true',
      '    init: true\n    command: [sh, -c, "set -a; . /etc/tiny.env; exec node server.mjs"]',
    )
    .write(
      'scenarios/tiny/checks.ts',
      `import { check } from 'sintoma';
export default [
  check('tiny/file', {
    title: 'The file is the block.',
    run: async (system) => {
      const text = await system.exec('web', ['cat', '/etc/tiny.env']);
      if (text.trim() !== '# \${LIVE} is not $HOME, and costs $$1\\nLIVE=on') throw new Error(text);
      return text;
    },
  }),
];
`,
    );
}
