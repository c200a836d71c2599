/** Values of a file, checked against their form. */
import type { z } from 'zod';
import { UserError } from '../common/errors.ts';

/**
 * The value, if it has the form.
 *
 * @param place what stands before the key in the message
 * @throws UserError that names the key
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  const { data, error } = schema.safeParse(value);
  if (!error) return data;
  const [issue] = error.issues;
  const key = [place, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  throw new UserError(`${key === '' ? 'it' : key}: ${issue?.message ?? 'has another form'}`);
}
