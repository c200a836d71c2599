import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { UserError } from '../engine/errors.ts';
import { claimsCommand } from './claims.ts';
import { downCommand } from './down.ts';
import { listCommand } from './list.ts';
import { setupCommand } from './setup.ts';
import { upCommand } from './up.ts';

/** Prints an error for a person; a stack trace only for what is our own mistake. */
function explain(error: unknown): number {
  if (error instanceof UserError) {
    console.error(`${pc.red('sintoma:')} ${error.message}`);
    if (error.hint) console.error(`         ${error.hint}`);
    return error.exitCode;
  }
  console.error(error);
  return 1;
}

/** The `sintoma` command. Sets the exit status: 0 well, 1 failed, 2 wrong usage, 3 inconclusive (diagnose). */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('sintoma')
    .description('Every documented symptom, reproduced; its cause, named; its repair, proven.')
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(sintoma --help lists the commands)');
  for (const command of [setupCommand(), listCommand(), upCommand(), downCommand(), claimsCommand()]) {
    program.addCommand(command.exitOverride());
  }
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    // Commander has printed its own message already; its help and version are no failures.
    process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : explain(error);
  }
}
