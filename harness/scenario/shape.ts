/** The shape of a documented message: pure functions. */

/**
 * What a value must look like. An object has these keys and no others; `[shape]` is a list of any length, a longer array
 * a list of just these; a pattern stands for texts that match it; `String`, `Number` and `Boolean` stand for any value of that type; anything else
 * stands for itself.
 */
export type Shape =
  | string
  | number
  | boolean
  | null
  | RegExp
  | StringConstructor
  | NumberConstructor
  | BooleanConstructor
  | readonly Shape[]
  | { readonly [key: string]: Shape };

const TYPES = new Map<unknown, string>([
  [String, 'string'],
  [Number, 'number'],
  [Boolean, 'boolean'],
]);

const named = (place: string): string => (place === '' ? 'the whole' : place);

/** Where a value differs from a shape, place by place; empty when it does not. */
export function differences(shape: Shape, value: unknown, place = ''): string[] {
  const seen = JSON.stringify(value) ?? 'nothing';
  const type = TYPES.get(shape);
  if (type !== undefined) return typeof value === type ? [] : [`${named(place)}: ${seen} is no ${type}`];
  if (shape instanceof RegExp) {
    return typeof value === 'string' && shape.test(value)
      ? []
      : [`${named(place)}: ${seen} does not match ${String(shape)}`];
  }
  if (Array.isArray(shape)) {
    const elements = shape as readonly Shape[];
    if (!Array.isArray(value)) return [`${named(place)}: ${seen} is no list`];
    if (elements.length !== 1 && elements.length !== value.length) {
      return [`${named(place)}: a list of ${value.length} instead of ${elements.length}`];
    }
    return value.flatMap((one, index) =>
      differences(elements[elements.length === 1 ? 0 : index] as Shape, one, `${place}[${index}]`),
    );
  }
  if (typeof shape === 'object' && shape !== null) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return [`${named(place)}: ${seen} is no object`];
    }
    const at = (key: string): string => (place === '' ? key : `${place}.${key}`);
    const wanted = shape as { readonly [key: string]: Shape };
    return [
      ...Object.keys(wanted).flatMap((key) =>
        key in value
          ? differences(wanted[key] as Shape, (value as Record<string, unknown>)[key], at(key))
          : [`${at(key)}: missing`],
      ),
      ...Object.keys(value)
        .filter((key) => !(key in wanted))
        .map((key) => `${at(key)}: not documented`),
    ];
  }
  return shape === value ? [] : [`${named(place)}: ${seen} instead of ${JSON.stringify(shape)}`];
}

/** A shape as a person reads it. */
export function showShape(shape: Shape): string {
  const type = TYPES.get(shape);
  if (type !== undefined) return type;
  if (shape instanceof RegExp) return String(shape);
  if (Array.isArray(shape)) {
    const elements = (shape as readonly Shape[]).map(showShape);
    return elements.length === 1 ? `[${elements.join('')}, …]` : `[${elements.join(', ')}]`;
  }
  if (typeof shape === 'object' && shape !== null) {
    return `{${Object.entries(shape as { readonly [key: string]: Shape })
      .map(([key, member]) => `${key}: ${showShape(member)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(shape);
}
