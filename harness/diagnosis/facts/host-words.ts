/** What answers say of the host name with which they were asked. */

/** A refusal of a host name. */
export interface HostRefusal {
  /** The name that was refused, in lower case and without its port, where the answer quotes it. */
  name?: string;
  /** Only frameworks and development servers say so, for a list of names of their own. */
  byList: boolean;
}

const NAME = String.raw`["'“‘\x60(]*\s*([\w.:[\]-]*\w)`;

/** Words of refusals: of which kind they are, and where the name stands. Those of a list are seldom a proxy's. */
const WORDS: readonly { byList: boolean; pattern: RegExp }[] = [
  // Vite: “This host ("x") is not allowed”, and others in like words.
  {
    byList: true,
    pattern: new RegExp(
      String.raw`\bhost(?:name| name)?:?\s*${NAME}["'”’)\]\x60]*\s+(?:is not|isn't|not) (?:allowed|permitted|trusted|accepted)`,
      'i',
    ),
  },
  // Django: “Invalid HTTP_HOST header: 'x'. You may need to add 'x' to ALLOWED_HOSTS.”
  { byList: true, pattern: new RegExp(String.raw`invalid http_host header:?\s*${NAME}`, 'i') },
  // Rails: “Blocked hosts: x”
  { byList: true, pattern: new RegExp(String.raw`\bblocked hosts?:\s*${NAME}`, 'i') },
  // Symfony: “Untrusted Host "x"”
  { byList: true, pattern: new RegExp(String.raw`\buntrusted host:?\s*${NAME}`, 'i') },
  {
    byList: true,
    pattern: new RegExp(
      String.raw`\b(?:invalid|bad|disallowed|unrecognized) host(?: header)?:?\s*["'“‘\x60(]+\s*([\w.:[\]-]*\w)`,
      'i',
    ),
  },
  { byList: false, pattern: new RegExp(String.raw`\b(?:unknown|no such) (?:virtual )?host:?\s*${NAME}`, 'i') },
  // webpack-dev-server, Starlette, Syncthing, ASP.NET: they name none.
  {
    byList: true,
    pattern:
      /\binvalid host(\/origin)? header\b|\bhost check error\b|\binvalid hostname\b|\bDisallowedHost\b|\bhost (name )?(is )?not allowed\b|\bDNS rebinding\b/i,
  },
  // Django without DEBUG.
  { byList: true, pattern: /<h1>Bad Request \(400\)<\/h1>/i },
];

/** The refusal of a host name in the words of an answer, if that is what they say. */
export function hostRefusal(text: string): HostRefusal | undefined {
  const plain = text
    .replace(/&#x27;|&#39;|&apos;/gi, "'")
    .replace(/&quot;|&#34;/gi, '"')
    .slice(0, 8000);
  for (const { byList, pattern } of WORDS) {
    const found = pattern.exec(plain);
    if (!found) continue;
    const name = pattern.source.includes('([') ? found[1] : undefined;
    return name === undefined ? { byList } : { byList, name: bare(name) };
  }
  return undefined;
}

/** A host without its port, in lower case. */
const bare = (host: string): string => host.replace(/(?<=[^:]):\d+$/, '').toLowerCase();
