// Allowed origins: only the host part of the Origin header counts, with `*` as wildcard, case sensitive.

export function isOriginAllowed(origin: string, patterns: string[]): boolean {
  if (patterns.includes('*')) return true;
  const host = hostOf(origin);
  return patterns.some((pattern) => wildcard(pattern).test(host));
}

/** Not `new URL()`: it would fold the letter case, and the real server does not. */
function hostOf(origin: string): string {
  return /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(origin)?.[1] ?? '';
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}
