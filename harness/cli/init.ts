import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Command } from 'commander';
import { execa } from 'execa';
import pc from 'picocolors';
import { parse } from 'yaml';
import { UserError } from '../common/errors.ts';
import { writeWhole } from '../common/files.ts';
import { PROJECT } from '../common/paths.ts';
import {
  configOf,
  filesFor,
  missingOf,
  playedBy,
  refuseExisting,
  repositoryOf,
  type Place,
  type Planned,
} from '../init/files.ts';
import { chooseCompose, findCompose, findDocuments, namedCompose } from '../init/find.ts';
import { nameOf } from '../init/names.ts';
import { faultsFor } from '../init/scenario-text.ts';
import { addressesOf, portsOf, shownPort } from '../init/services.ts';
import { addedPorts, publishedTo, type System } from '../init/topology-text.ts';
import { resolveProject } from '../topology/compose.ts';
import { answersOf, type Flags } from './init-ask.ts';

interface Options extends Flags {
  compose?: string;
  name?: string;
  dryRun?: boolean;
}

/** The name that a Compose file gives its project. */
function projectName(file: string): string | undefined {
  const { name } = (parse(readFileSync(file, 'utf8'), { logLevel: 'silent' }) ?? {}) as { name?: unknown };
  return typeof name === 'string' && !name.includes('$') ? name : undefined;
}

/** The system as flags, files and answers describe it. */
async function describe(options: Options, place: Place): Promise<System> {
  const compose =
    options.compose === undefined ? chooseCompose(findCompose(PROJECT)) : namedCompose(PROJECT, options.compose);
  const full = path.join(PROJECT, compose);
  const resolved = await resolveProject({ name: 'init', compose: full, faults: path.dirname(full), addresses: {} }, []);
  const name = nameOf(options.name, projectName(full), [path.dirname(full), PROJECT]);
  const ports = portsOf(resolved);
  const { visit, answering, publish } = await answersOf(options, ports, Object.keys(resolved.services));
  const addresses = addressesOf(visit, answering, ports);
  const faults = faultsFor(answering, Object.keys(addresses)[0] ?? '').map((fault) => fault.name);
  refuseExisting(place, name, faults);
  const published = ports.filter(({ service }) => resolved.services[service]?.ports).map(shownPort);
  const to = publishedTo({ answering, publish }, ports);
  const listens = to && resolved.services[to.service]?.healthcheck === undefined ? { listens: to } : {};
  const system = { answering, publish, ...listens };
  return { name, compose, visit, addresses, ...system, ports: addedPorts(system, published) };
}

/** The command that plays a system. */
const playCommand = ({ name }: System, config: string | undefined): string[] => [
  'playwright',
  'test',
  ...(config === undefined ? [] : ['--config', config]),
  '--project',
  name,
];

/** The command line of the project's Playwright. */
function playwrightCli(): string {
  try {
    return createRequire(path.join(PROJECT, 'package.json')).resolve('@playwright/test/cli');
  } catch {
    throw new UserError('@playwright/test is not installed here', 'run: npm i -D sintoma @playwright/test');
  }
}

/** Plays the scenarios that were written; Ctrl-C is for the run, which removes what it started. */
async function play(cli: string, command: readonly string[]): Promise<number> {
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  const { SINTOMA_RUN: _run, SINTOMA_OWNER: _owner, ...env } = process.env;
  const { exitCode, signal } = await execa(process.execPath, [cli, ...command.slice(1)], {
    cwd: PROJECT,
    env,
    extendEnv: false,
    reject: false,
    stdio: 'inherit',
  });
  process.off('SIGINT', ignore);
  return signal === 'SIGINT' ? 130 : (exitCode ?? 1);
}

/** What is left for a person to do with a configuration of Playwright that stays as it is. */
function configHint(config: string | undefined): string[] {
  const own = configOf(PROJECT);
  if (config === undefined || own === undefined) return [];
  return [
    `${own.file} stays as it is; ${config} plays the scenarios.`,
    `Where the tests of ${own.file} begin in the root, add this line to it: testIgnore: 'scenarios/**',`,
  ];
}

function tellNext(place: Place, command: string, config: string | undefined): void {
  const documents = findDocuments(place.repository);
  const page = documents.length > 0 ? `of ${documents.join(', ')}` : 'that a page of yours tells of';
  const lines = [
    `Play them again:  npx ${command}`,
    `Next: take a symptom ${page}, copy the example of a fault, and play it.`,
    ...configHint(config),
  ];
  console.log(`\n${lines.join('\n')}`);
}

const list = (planned: readonly Planned[]): string => planned.map(({ file }) => `  ${file}`).join('\n');

async function init(options: Options): Promise<void> {
  const place = { project: PROJECT, repository: repositoryOf(PROJECT) };
  const system = await describe(options, place);
  const cli = options.dryRun ? '' : playwrightCli();
  console.log(`${system.compose}: ${system.visit} is answered by ${shownPort(system.answering)}`);
  // What starts and reads a system takes a second to load.
  const { readSystem } = await import('./init-run.ts');
  const readings = await readSystem(system);
  const files = missingOf(place, filesFor(place, system, readings));
  const config = playedBy(PROJECT);
  if (options.dryRun) {
    console.log(files.map(({ file, text }) => `\n${pc.bold(`--- ${file}`)}\n${text}`).join(''));
    console.log(`${files.length} files would be written:\n${list(files)}`);
    return;
  }
  refuseExisting(place, system.name, []);
  for (const { file, text } of files) writeWhole(path.join(place.repository, file), text);
  console.log(`\n${pc.bold('Written')}\n${list(files)}\n`);
  const command = playCommand(system, config);
  const status = await play(cli, command);
  if (status === 130) process.exitCode = 130;
  else if (status !== 0)
    throw new UserError(
      'the files are written, but not every scenario passed',
      `see above; play them again: npx ${command.join(' ')}`,
    );
  else tellNext(place, command.join(' '), config);
}

/** Ctrl-C at a question is no error. */
const isExit = (error: unknown): boolean => error instanceof Error && error.name === 'ExitPromptError';

/** `sintoma init`. */
export const initCommand = (): Command =>
  new Command('init')
    .description('write the first scenarios of a repository that has a Compose file, from what is seen of its system')
    .option('--compose <file>', 'the Compose file (default: that of the root, or the nearest one below)')
    .option('--visit <url>', 'which address do readers open? (default: that of the only published port)')
    .option(
      '--service <service:port>',
      'which service answers it, by the port of its container? (default: the one that is published there)',
    )
    .option(
      '--publish <how>',
      `how is a message published? 'POST /api/notes {"text":"{message}"}', 'POST service:port/path …', 'service: command with {message}', or none`,
    )
    .option('--name <topology>', 'the name of the system (default: that of the Compose project, or of the folder)')
    .option('--dry-run', 'read the system, and print the files instead of writing them')
    .addHelpText(
      'after',
      `
What no flag says and the Compose file leaves open is asked at a terminal; elsewhere a missing answer is wrong usage.
The system is started as a scenario starts it, beside whatever else runs, and removed again. Its page is opened three
times and broken once; what was seen becomes scenarios/<name>/, which are then played. The Compose file is not edited,
and no file is overwritten. Where the system is not as it should be, nothing is written: what was seen is printed.

Exit status: 0 written and passed, 1 not in order or not passed, 2 wrong usage, 130 and 143 ended by a signal.

Examples:
  sintoma init
  sintoma init --visit http://localhost:8080/ --service web:80 --publish 'POST /api/notes {"text":"{message}"}'
  sintoma init --publish 'redis: redis-cli publish notes "{message}"' --dry-run`,
    )
    .action(async (options: Options) => {
      try {
        await init(options);
      } catch (error) {
        if (!isExit(error)) throw error;
        process.exitCode = 130;
      }
    });
