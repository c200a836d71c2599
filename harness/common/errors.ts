/** The exit status for a machine that lacks something, of commands whose status 1 is an answer (EX_UNAVAILABLE of sysexits.h). */
export const UNAVAILABLE = 69;

/** An error that a person can act on. The command line prints message and hint, never a stack trace. */
export class UserError extends Error {
  /**
   * @param message what is wrong and where, in one line
   * @param hint what to do about it, in one line
   * @param exitCode 1 for a failed run or machine, 2 for wrong usage, {@link UNAVAILABLE} where 1 is an answer
   */
  constructor(
    message: string,
    readonly hint?: string,
    readonly exitCode: 1 | 2 | 3 | typeof UNAVAILABLE = 1,
  ) {
    super(message);
    this.name = 'UserError';
  }
}

/**
 * True for a {@link UserError}, also for one of another copy of this module: a project's files may be loaded by other
 * means than the command that reads them.
 */
export const isUserError = (error: unknown): error is UserError => error instanceof Error && error.name === 'UserError';

/** What to do where there is no engine. */
export const GET_DOCKER =
  'run "npx sintoma setup --install" on a bare Debian as root; elsewhere install Docker Engine or Docker Desktop and start it';

/** The error for a machine without the docker command. */
export const noDockerCommand = (): UserError =>
  new UserError('Docker: the command "docker" is not on the PATH', GET_DOCKER);
