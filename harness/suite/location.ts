/** The place of a test in every report: Playwright takes it from the code that calls `test`. */
import path from 'node:path';
import vm from 'node:vm';

/**
 * A function whose calls come from another place, as stack traces and so reporters see it.
 *
 * @param at file:line:column, as a stack trace gives it; the function itself where that says nothing
 */
export function writtenIn<Args extends unknown[], Result>(
  at: string,
  call: (...args: Args) => Result,
): (...args: Args) => Result {
  const [, file = '', line, column] = /^(.+):(\d+):(\d+)$/.exec(at) ?? [];
  if (!path.isAbsolute(file)) return call;
  const code = 'call => (...args) =>\n call(...args)';
  const script = new vm.Script(code, {
    filename: file,
    lineOffset: Number(line) - 2,
    columnOffset: Number(column) - 1,
  });
  const wrap = script.runInThisContext() as (inner: typeof call) => typeof call;
  return wrap(call);
}
