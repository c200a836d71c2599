/** How texts of a visit are kept: masked, and bounded in length. */
import { mask } from '../common/mask.ts';
import { LIMITS } from './evidence.ts';

/** The text, or its beginning. */
export const cut = (text: string, limit: number): string => (text.length > limit ? `${text.slice(0, limit)}…` : text);

/** A text as it is kept: masked and bounded. Of a huge one only the beginning is looked at. */
export const bounded = (text: string, limit: number): string => cut(mask(text.slice(0, 2 * limit + 2000)), limit);

/** A short text as it is kept. */
export const kept = (text: string): string => bounded(text, LIMITS.line);

/** Short texts by name as they are kept. */
export const keptValues = (texts: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, kept(text)]));
