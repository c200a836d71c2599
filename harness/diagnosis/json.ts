/** Reading JSON of unknown shape. */

/** The value of a JSON text; undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for objects and lists. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The member at a path of names; undefined where a name is missing. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((inner: unknown, name) => (isObject(inner) ? inner[name] : undefined), value);
}

/** The list at a path; empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The text at a path; undefined where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** An object's member as text, if it is one. */
export function member(value: unknown, ...names: string[]): string | undefined {
  for (const name of names) {
    const found = valueAt(value, name);
    if (typeof found === 'string' || typeof found === 'number') return String(found);
  }
  return undefined;
}
