const MASK = '‹masked›';

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // A JSON Web Token, wherever it stands.
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, MASK],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${MASK}`],
  // Query parameters, and members of JSON (also JSON inside a JSON string), that carry a credential. Empty ones stay.
  [/([?&](?:access_token|token|api_key|apikey|password|secret)=)[^&#\s"']+/gi, `$1${MASK}`],
  [/(\\*"(?:access_token|token|api_key|apikey|password|secret)\\*"\s*:\s*\\*")[^"\\]+/gi, `$1${MASK}`],
  // A channel signature of the Pusher protocol: key:64 hex digits.
  [/:[0-9a-f]{64}\b/g, `:${MASK}`],
];

/** Replaces credentials in a text that will be kept or shown. An empty credential stays empty, which is evidence. */
export function mask(text: string): string {
  return PATTERNS.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}

/** Replaces the values of headers that carry credentials. */
export function maskHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const key = name.toLowerCase();
      if (key === 'cookie') return [key, value.replace(/=[^;]*/g, `=${MASK}`)];
      // One cookie a line; what follows the first semicolon are its attributes.
      if (key === 'set-cookie') return [key, value.replace(/^([^=;]*=)[^;\n]*/gm, `$1${MASK}`)];
      return [key, mask(value)];
    }),
  );
}
