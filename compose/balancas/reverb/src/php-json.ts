// JSON as PHP writes it, so that frames and answers carry the same bytes as the real server's.

const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** PHP's default: slashes and everything outside ASCII are escaped. */
export function phpJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/\/|[\u0080-\uffff]/g, (unit) =>
    unit === '/' ? '\\/' : escapeUnit(unit),
  );
}

const HTML_SAFE: Record<string, string> = {
  '\\"': '\\u0022',
  "'": '\\u0027',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
};

/** JSON of the HTTP answers: also safe inside HTML, as Symfony's JSON response makes it. */
export function htmlSafeJson(value: unknown): string {
  return phpJson(value).replace(/\\.|[<>&']/g, (unit) => HTML_SAFE[unit] ?? unit);
}

/** PHP reads `{}` into an empty array and therefore writes it back as `[]`. */
export function throughPhp(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(throughPhp);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return entries.length === 0 ? [] : Object.fromEntries(entries.map(([key, item]) => [key, throughPhp(item)]));
}
