import { isUserError, type UserError } from '../common/errors.ts';

/** Ends the process with what is wrong and what to do. Playwright would print a stack trace around it. */
export function refuse(error: unknown): never {
  if (!isUserError(error)) throw error;
  const { message, hint, exitCode }: UserError = error;
  console.error(`sintoma: ${message}${hint ? `\n         ${hint}` : ''}`);
  process.exit(exitCode);
}
