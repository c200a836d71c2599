/** Writes what is made from the code: the list of causes, what consoles say, what breaks by proxy, the picture of the layers, the published schema. `npm run generate`. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { createJiti } from 'jiti';
import { HOPS } from '../harness/causes/hops.ts';
import { loadModulesBy } from '../harness/common/modules.ts';

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

/** Files of causes, in the order of the hops. */
function causeFiles(): { hop: string; id: string }[] {
  return HOPS.flatMap((hop) => {
    const folder = path.join(ROOT, 'harness/diagnosis/causes', hop);
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    return files.map((file) => ({ hop, id: file.slice(0, -3) })).sort((a, b) => (a.id < b.id ? -1 : 1));
  });
}

const WRITTEN = '// Written by `npm run generate` from the files of harness/diagnosis/causes.\n';

/** The ids of all causes. */
function causeIds(): string {
  const ids = causeFiles().map(({ id }) => `  '${id}',\n`);
  return `${WRITTEN}\n/** Ids of all causes, hop by hop. */\nexport const CAUSE_IDS = [\n${ids.join('')}] as const;\n`;
}

/** The list of all causes. */
function causeIndex(): string {
  const nameOf = (id: string): string => id.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());
  const files = causeFiles();
  return `${WRITTEN}import type { CauseId } from '../../causes/causes.ts';
import type { CauseDefinition } from '../cause.ts';
${files.map(({ hop, id }) => `import ${nameOf(id)} from './${hop}/${id}.ts';\n`).join('')}
/** All causes, hop by hop. */
export const CAUSES: { readonly [Id in CauseId]: CauseDefinition<Id> } = {
${files.map(({ id }) => `  '${id}': ${nameOf(id)},\n`).join('')}};
`;
}

/** The list of causes, from which the rest follows. */
const causes = (): Record<string, string> => ({
  'harness/causes/ids.ts': causeIds(),
  'harness/diagnosis/causes/index.ts': causeIndex(),
});

/** What the console says for which cause, by all scenarios. */
async function consoleTexts(): Promise<string> {
  const { consoleMessages, consolePage } = await import('../harness/page/console-messages.ts');
  const { markdown } = await import('../harness/page/markdown.ts');
  const { loadAll } = await import('../harness/scenario/load.ts');
  const scenarios = (await loadAll()).flatMap((topology) => topology.scenarios);
  return `# What your console says when …

Each message was seen in Chromium, in the scenarios that are named, and the suite fails as soon as one of them says
something else. \`‹address›\` stands for an address of yours. A message alone seldom names the cause:
\`npx sintoma diagnose <url>\` asks what tells them apart, and \`npx sintoma explain <cause>\` tells more of each.
\`npm run generate\` writes this page from the scenarios.

${markdown(consolePage(consoleMessages(scenarios)))}`;
}

/** What is seen where a proxy is configured wrongly, by all scenarios of the gateways. */
async function proxies(): Promise<string> {
  const { proxyPage } = await import('./proxies.ts');
  const { markdown } = await import('../harness/page/markdown.ts');
  const { loadTopology } = await import('../harness/scenario/load.ts');
  const { PROGRAMS } = await import('../scenarios/gateways/versions.ts');
  const { scenarios } = await loadTopology('gateways');
  const programs = Object.values(PROGRAMS).map(({ name, version }) => `${name} ${version}`);
  return `# What breaks, proxy by proxy

One thing is wrong in the configuration of [Real time behind a reverse proxy](behind-a-proxy.md), or nothing. Each row is
what was seen in Chromium through this proxy: statuses, errors and close codes that are not those of success, what became
of a message in each of the five ways, and what is wrong; below each table, what the console said. Each row is a scenario,
which the suite plays with its repair. \`‹address›\` stands for an address of yours. \`npm run generate\` writes this page
from the scenarios.

The proxies are ${programs.slice(0, -1).join(', ')} and ${programs.at(-1)}; a check asks
those that run. The report of a run names its Chromium.

${markdown(proxyPage(scenarios), { aligned: true })}`;
}

/** Path in the repository to what belongs there. */
export async function generated(): Promise<Record<string, string>> {
  // Loaded late: a new cause must be in the list before.
  const { diagnosisJsonSchema } = await import('../harness/investigation/result.ts');
  const { resultJsonSchema } = await import('../harness/result/schema.ts');
  return {
    ...causes(),
    'docs/console.md': await consoleTexts(),
    'docs/layers.md': await layers(),
    'docs/proxies.md': await proxies(),
    'schema/diagnosis.v1.json': `${JSON.stringify(diagnosisJsonSchema(), null, 2)}\n`,
    'schema/result.v1.json': `${JSON.stringify(resultJsonSchema(), null, 2)}\n`,
  };
}

function write(files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    const full = path.join(ROOT, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

if (process.argv[1]?.endsWith('generate.ts')) {
  const jiti = createJiti(import.meta.url, { tsconfigPaths: true });
  loadModulesBy((file) => jiti.import(file));
  write(causes());
  write(await generated());
}
