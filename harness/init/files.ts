/** The files that are written: which, with what text, and which of them are there already. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../common/errors.ts';
import { findDocuments } from './find.ts';
import { faultText, healthyText, type Broken, type Fault, type Healthy } from './scenario-text.ts';
import { SKILL_MARK, skillText } from './skill-text.ts';
import { topologyText, type Known, type System } from './topology-text.ts';
import { WORKFLOW_MARK, workflowText, type Manager } from './workflow-text.ts';

/** Where a project lies. */
export interface Place {
  /** Full path of the project. */
  project: string;
  /** Full path of the repository that holds it. */
  repository: string;
}

/** Names of configurations of Playwright. */
const CONFIGS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `playwright.config.${ending}`);

/** The configuration that is written beside one that is not made with \`sintoma()\`. */
export const OWN_CONFIG = 'playwright.sintoma.config.ts';

const MODULE = '{ "type": "module" }\n';

/** The repository that holds a project: the nearest folder with .git, else the project itself. */
export function repositoryOf(project: string): string {
  for (let folder = project; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.git'))) return folder;
    if (folder === path.dirname(folder)) return project;
  }
}

const read = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

/** The project's own configuration of Playwright, and whether it is made with `sintoma()`. */
export function configOf(project: string): { file: string; ours: boolean } | undefined {
  const file = CONFIGS.find((name) => existsSync(path.join(project, name)));
  if (file === undefined) return undefined;
  return { file, ours: (read(path.join(project, file)) ?? '').includes('sintoma/playwright') };
}

/** The configuration by which the scenarios are played, where it is not the default one. */
export const playedBy = (project: string): string | undefined => {
  const own = configOf(project);
  return own === undefined || own.ours ? undefined : OWN_CONFIG;
};

const managerOf = ({ project, repository }: Place): Manager => {
  const has = (name: string): boolean => [project, repository].some((folder) => existsSync(path.join(folder, name)));
  if (has('pnpm-lock.yaml')) return 'pnpm';
  return has('yarn.lock') ? 'yarn' : 'npm';
};

/** True where TypeScript files of a project are modules anyway. */
function isModule(project: string): boolean {
  const text = read(path.join(project, 'package.json'));
  return text !== undefined && /"type"\s*:\s*"module"/.test(text);
}

/** What the visits gave. */
export interface Readings {
  known: Known;
  healthy: Healthy;
  fault: { fault: Fault; broken: Broken };
}

/** A file to write. */
export interface Planned {
  /** Relative to the repository. */
  file: string;
  text: string;
  /** Of a file that systems share: the line by which one that was written here is known, and stays. */
  mark?: string;
}

/** Files that all systems of a project share. */
function sharedFiles(place: Place): Planned[] {
  const { project, repository } = place;
  const inProject = (file: string): string => path.relative(repository, path.join(project, file));
  const config = playedBy(project);
  const own = configOf(project);
  const text = "import { sintoma } from 'sintoma/playwright';\n\nexport default sintoma();\n";
  const mark = 'sintoma/playwright';
  return [
    ...(isModule(project) ? [] : [{ file: inProject('scenarios/package.json'), text: MODULE, mark: '"module"' }]),
    ...(own === undefined ? [{ file: inProject('playwright.config.ts'), text, mark }] : []),
    ...(config === undefined ? [] : [{ file: inProject(config), text, mark }]),
    {
      file: '.github/workflows/sintoma.yaml',
      text: workflowText({ manager: managerOf(place), folder: path.relative(repository, project), config }),
      mark: WORKFLOW_MARK,
    },
    {
      file: '.agents/skills/sintoma/SKILL.md',
      text: skillText(findDocuments(repository), config),
      mark: SKILL_MARK,
    },
  ];
}

/** Paths that belong to a system alone, relative to the project. */
const folderOf = (name: string): string => path.posix.join('scenarios', name);

/** All files for a system, relative to the repository. */
export function filesFor(place: Place, system: System, { known, healthy, fault }: Readings): Planned[] {
  const { project, repository } = place;
  const { name, visit } = system;
  const folder = folderOf(name);
  const compose = path
    .relative(path.join(project, folder), path.join(project, system.compose))
    .split(path.sep)
    .join('/');
  const own = {
    'topology.ts': topologyText(system, compose, known),
    'healthy.scenario.ts': healthyText(name, visit, healthy),
    [`${fault.fault.name}.scenario.ts`]: faultText(name, visit, fault.fault, fault.broken, healthy),
    [`faults/${fault.fault.name}.yaml`]: fault.fault.yaml,
    [`${name}.spec.ts`]: `import { suite } from 'sintoma/playwright';\n\nawait suite('${name}');\n`,
  };
  const written = Object.entries(own).map(([file, text]) => ({
    file: path.relative(repository, path.join(project, folder, file)),
    text,
  }));
  return [...written, ...sharedFiles(place)];
}

/**
 * Files that are in the way, before anything is started.
 *
 * @param faults names of all faults that may be written
 * @throws UserError that names the first of them
 */
export function refuseExisting(place: Place, name: string, faults: readonly string[]): void {
  const { project, repository } = place;
  const folder = path.join(project, folderOf(name));
  const own = [
    'topology.ts',
    'healthy.scenario.ts',
    `${name}.spec.ts`,
    ...faults.flatMap((fault) => [`${fault}.scenario.ts`, `faults/${fault}.yaml`]),
  ].map((file) => path.join(folder, file));
  const taken = own.find((file) => existsSync(file));
  if (taken !== undefined)
    throw new UserError(
      `${path.relative(project, taken)} exists already, and nothing is overwritten`,
      'choose another name with --name, or move it away',
      2,
    );
  const foreign = sharedFiles(place).find(({ file, mark = '' }) => {
    const text = read(path.join(repository, file));
    return text !== undefined && !text.includes(mark);
  });
  if (foreign)
    throw new UserError(`${foreign.file} exists already, and nothing is overwritten`, 'move it away, and run again', 2);
}

/** Those of the files that are not there yet. */
export const missingOf = (place: Place, planned: readonly Planned[]): Planned[] =>
  planned.filter(({ file }) => !existsSync(path.join(place.repository, file)));
