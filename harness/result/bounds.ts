/** Keeps a result small and free of credentials, whatever a page says. */
import { Masker } from '../common/mask.ts';

/** Upper bounds of what a result keeps of one visit. */
export const BOUNDS = {
  console: 60,
  requests: 60,
  sockets: 20,
  /** Of one socket. */
  frames: 20,
  /** Lines of the containers' logs, up to the diagnosis, and of each repair. */
  logs: 40,
  /** Questions of a diagnosis, and other lists of sentences. */
  sentences: 120,
  /** characters of a text of a page or server */
  text: 600,
  /** characters of a file, a diff or an error */
  file: 8000,
} as const;

/** A text cut at a limit, with an ellipsis where something was cut. */
export const cut = (text: string, limit: number = BOUNDS.text): string =>
  text.length > limit ? `${text.slice(0, limit)}…` : text;

/**
 * The first of a list, and what to say of the rest.
 *
 * @param what the list is of, in the plural
 */
export function first<T>(list: readonly T[], limit: number, what: string): { kept: T[]; left: string[] } {
  const more = list.length - limit;
  return { kept: list.slice(0, limit), left: more > 0 ? [`${what}: ${more} more`] : [] };
}

/** Cuts every text in plain data at a limit, and masks what looks like a credential. */
export function bounded<T>(value: T, limit: number = BOUNDS.text): T {
  return cutAll(new Masker().data(value), limit);
}

function cutAll<T>(value: T, limit: number): T {
  if (typeof value === 'string') return cut(value, limit) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => cutAll(one, limit)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, cutAll(member, limit)])) as T;
}
