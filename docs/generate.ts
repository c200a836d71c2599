/** Writes what is made from the code: the picture of the layers, and the published schema. `npm run generate`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { diagnosisJsonSchema } from '../harness/investigation/result.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** The picture of the layers, drawn by the rules that `npm run lint` enforces. */
async function layers(): Promise<string> {
  const args = ['--config', '.dependency-cruiser.mjs', '--include-only', '^harness', '--collapse', '^harness/[^/]+'];
  const { stdout } = await execa('npx', ['depcruise', ...args, '--output-type', 'mermaid', 'harness'], { cwd: ROOT });
  // The order of arrows follows that of imports in files, which means nothing here.
  const lines = stdout.trim().split('\n');
  const isArrow = (line: string): boolean => line.includes('-->');
  const drawn = [...lines.filter((line) => !isArrow(line)), ...lines.filter(isArrow).sort()];
  return `# The layers of \`harness/\`

An arrow is an import. A folder imports only what lies below it: the layers stand in \`.dependency-cruiser.mjs\`, which
\`npm run lint\` enforces and from which \`npm run generate\` draws this page.

\`\`\`mermaid
${drawn.join('\n')}
\`\`\`
`;
}

/** Path in the repository to what belongs there. */
export async function generated(): Promise<Record<string, string>> {
  return {
    'docs/layers.md': await layers(),
    'schema/diagnosis.v1.json': `${JSON.stringify(diagnosisJsonSchema(), null, 2)}\n`,
  };
}

if (process.argv[1]?.endsWith('generate.ts')) {
  for (const [file, text] of Object.entries(await generated())) {
    const full = path.join(ROOT, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}
