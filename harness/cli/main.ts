import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { isUserError } from '../common/errors.ts';
import { mask } from '../common/mask.ts';
import { loadModulesBy } from '../common/modules.ts';
import { VERSION } from '../common/version.ts';
import type { Scenario } from '../scenario/schema.ts';

/** The commands by name. Only the one that is asked for is loaded: what some of them need takes a second to load. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => {
    await ownTemporaryFolder();
    return (await import('./init.ts')).initCommand();
  },
  setup: async () => (await import('./setup.ts')).setupCommand(),
  list: async () => (await import('./list.ts')).listCommand(),
  up: async () => (await import('./up.ts')).upCommand(),
  publish: async () => (await import('./by-hand.ts')).publishCommand(),
  watch: async () => (await import('./by-hand.ts')).watchCommand(),
  repair: async () => (await import('./by-hand.ts')).repairCommand(),
  open: async () => (await import('./open.ts')).openCommand(),
  down: async () => (await import('./down.ts')).downCommand(),
  claims: async () => (await import('./claims.ts')).claimsCommand(),
  ablate: async () => (await import('./ablate.ts')).ablateCommand(),
  matrix: async () => (await import('./matrix.ts')).matrixCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(scenariosShowing),
  diagnose: async () => {
    await ownTemporaryFolder();
    return (await import('./diagnose.ts')).diagnoseCommand();
  },
};

/** Where a browser puts its profile, so that one that was left by a killed process is known as ours, and removed. */
async function ownTemporaryFolder(): Promise<void> {
  const [{ sweepTemporary, useTemporaryFolder }, { onExit }] = await Promise.all([
    import('../topology/leftovers.ts'),
    import('signal-exit'),
  ]);
  sweepTemporary();
  onExit(useTemporaryFolder());
}

/** Scenarios that show a cause. */
async function scenariosShowing(cause: string): Promise<Scenario[]> {
  const { loadAll } = await import('../scenario/load.ts');
  return (await loadAll()).flatMap(({ scenarios }) => scenarios).filter((one) => one.cause === cause);
}

/** The exit status of what nobody expected (EX_SOFTWARE of sysexits.h): it must not look like the answer to a question. */
const DEFECT = 70;

/** Prints an error for a person, and returns the exit status. */
function explain(error: unknown): number {
  const lines = isUserError(error)
    ? [error.message, error.hint]
    : [
        `a defect of Sintoma: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`.split(
          '\n',
        )[0],
        'please report this line with the command and the version; SINTOMA_DEBUG=1 shows where it happened',
      ];
  const [message = '', hint] = lines;
  console.error(`${pc.red('sintoma:')} ${mask(message)}`);
  if (hint) console.error(`         ${hint}`);
  if (isUserError(error)) return error.exitCode;
  if (process.env.SINTOMA_DEBUG) console.error(error);
  return DEFECT;
}

export interface MainOptions {
  /** Loads a TypeScript file of the project by its full path. */
  loadModule: (file: string) => Promise<unknown>;
}

/**
 * The `sintoma` command. Sets the exit status: 0 well, 1 failed, 2 wrong usage, 3 inconclusive (diagnose), 69 the machine lacks something
 * (diagnose), 70 a defect of
 * Sintoma itself, 130 and 143 ended by Ctrl-C and SIGTERM.
 */
export async function main(argv: readonly string[], { loadModule }: MainOptions): Promise<void> {
  loadModulesBy(loadModule);
  // A reader that has seen enough (`sintoma list | head`) is no error, and what was begun is still ended well.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const program = new Command('sintoma')
    .description('Every documented symptom, reproduced; its cause, named; its repair, proven.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(sintoma --help lists the commands)');
  const first = argv[2] ?? '';
  const asked = COMMANDS[first];
  const needed = asked ? [asked] : ['-V', '--version'].includes(first) ? [] : Object.values(COMMANDS);
  for (const load of needed) {
    program.addCommand((await load()).copyInheritedSettings(program));
  }
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    // Commander has printed its own message already; its help and version are no failures.
    process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : explain(error);
  }
}
