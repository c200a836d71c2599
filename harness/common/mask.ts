/**
 * Keeps credentials out of everything that is kept or shown. Masking goes by names (`token=…`), by known shapes (a JSON
 * Web Token) and, with a {@link Masker} of one visit, by the values that the browser stores. Every pattern is bounded:
 * the time grows with the length of the text.
 */

/** What stands in place of a credential. */
export const MASK = '‹masked›';

/** Parts of names whose values are credentials, in lower case without separators. */
const SECRET_PART =
  /token|secret|passw|passphrase|passcode|pwd|apikey|accesskey|privatekey|authkey|signature|credential|jwt|csrf|xsrf|sessionid|sessid|sessionkey|bearer|assertion|authorization|samlresponse/;
/** Whole names of that kind. */
const SECRET_NAMES = new Set(['auth', 'sid', 'session', 'sess', 'sig', 'otp', 'ticket', 'pass', 'cookie', 'setcookie']);
/** Names that carry a credential in a URL or a form, and often something harmless elsewhere. */
const SECRET_IN_URL = new Set(['key', 'code', 'hmac']);
/** Names of that kind that carry none. */
const HARMLESS = /^(csrftokenname|tokentype|authtype|authversion|maxtokens|tokenurl|tokenendpoint)$/;

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const isSecretName = (name: string): boolean => {
  const bare = plain(name);
  return !HARMLESS.test(bare) && (SECRET_NAMES.has(bare) || SECRET_PART.test(bare));
};

const isSecretInUrl = (name: string): boolean => isSecretName(name) || SECRET_IN_URL.has(plain(name));

/** A value that is no credential but says that there is none: it is evidence. */
const NO_VALUE = /^(null|undefined|nan|none|nil|false|true|\[object object\])?$/i;

/** Words that follow a name in a sentence about it: `token: expired`, `Bearer token missing`. */
const IN_A_SENTENCE =
  /^(is|was|are|has|must|may|can|cannot|not|no|in|of|for|to|the|a|an|and|or|from|required|missing|absent|empty|invalid|expired|malformed|rejected|revoked|denied|failed|mismatch|error|wrong|unknown|ok|auth|authentication|authorization|realm|tokens?|headers?|scheme|credentials?|session|provided|used|set|bearer|basic|digest|negotiate)$/i;

/** Characters that a random value has and a word has not. */
const isOpaque = (value: string): boolean => {
  const bare = decoded(value);
  return (
    bare.length >= 24 &&
    /\d/.test(bare) &&
    /[a-z]/i.test(bare) &&
    /^[\w.~+/=|-]+$/.test(bare) &&
    !/^\/|^[\d.]+$/.test(bare)
  );
};

/** Credentials that are known by their shape, wherever they stand. */
const SHAPES: readonly RegExp[] = [
  // JSON Web Tokens, also cut ones.
  /\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g,
  // Keys of AWS, GitHub, GitLab, Slack, Stripe, Google, npm.
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|[rs]k_(?:live|test)_|sk-|AIza|ya29\.|npm_)[\w.-]{16,}/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\w+/=\\\s:,-]{0,8000}/g,
];

/** A channel signature of the Pusher protocol: the application's key, which is public, and 64 hexadecimal digits. */
const CHANNEL_SIGNATURE = /:[0-9a-f]{64}\b/g;

/** User and password before a host. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@"'<>]{1,500}@/gi;

/** A parameter of a URL or a form. A value that ends in a quote or a bracket ends there. */
const PARAMETER = /(^|[?&#;\s"'(,{])([\w.%[\]-]{1,64})=([^&#;\s"'<>)]*)/g;

/** `Authorization: Token abc`, to the end of the line or of the quoted text. */
const AUTHORIZATION =
  /\b((?:proxy-)?authorization["']?\s{0,5}[:=]\s{0,5}["']?)(?:([A-Za-z][\w-]{1,30})[ \t]{1,5})?((?<=digest[ \t]{1,5})[^\r\n]+|[^\s"'][^"'\r\n]*)/gi;
/** `Cookie: a=b; c=d` and `Set-Cookie: a=b; Path=/`. */
const COOKIE = /\b((set-)?cookie2?\s{0,5}:\s{0,5})([^\r\n"]+)/gi;
/** `token: abc`. */
const NAMED = /(?<![\w./@-])([\w-]{2,64})(\s{0,5}:\s{0,5})(["']?)([^\s"',;&<>(){}[\]]+)/g;
/** `auth-token:8080` is a host and its port. */
const isPort = (between: string, value: string): boolean => between === ':' && /^\d{2,5}$/.test(value);
/** A scheme of HTTP with its credential. */
const SCHEME = /\b(Bearer|Basic)(\s{1,5})([\w.~+/=|:-]+)/gi;

/** The beginning of a member of JSON, also of JSON inside a JSON string, where the quotes are escaped. */
const MEMBER = /(\\{0,15})"([\w.$ -]{1,64})\1"\s{0,20}:\s{0,20}/g;

/** Masks members of JSON by name: strings, whatever quotes they contain, and numbers. */
function maskMembers(text: string): string {
  let masked = '';
  let done = 0;
  MEMBER.lastIndex = 0;
  for (let found = MEMBER.exec(text); found; found = MEMBER.exec(text)) {
    const [head, escape = '', name = ''] = found;
    if (!isSecretName(name)) continue;
    const from = found.index + head.length;
    const quote = `${escape}"`;
    const isText = text.startsWith(quote, from);
    const begin = isText ? from + quote.length : from;
    const end = isText
      ? endOfString(text, begin, escape.length)
      : begin + (/^-?[\d.eE+-]+/.exec(text.slice(begin, begin + 40))?.[0].length ?? 0);
    const value = text.slice(begin, end);
    MEMBER.lastIndex = Math.max(end, MEMBER.lastIndex);
    if (NO_VALUE.test(value)) continue;
    // The key in front of a channel's signature is public.
    masked += text.slice(done, begin) + (/^[\w-]{1,64}:‹masked›$/.test(value) ? value : MASK);
    done = end;
  }
  return masked + text.slice(done);
}

/** Where a string of JSON ends whose quotes stand behind `depth` backslashes. */
function endOfString(text: string, from: number, depth: number): number {
  let slashes = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') slashes += 1;
    else if (character === '"' && slashes % (2 * (depth + 1)) === depth) return at - depth;
    else slashes = 0;
  }
  return text.length;
}

const cookieValues = (list: string): string => list.replace(/=[^;\n]*/g, `=${MASK}`);
/** One cookie a line; what follows the first semicolon are its attributes. */
const newCookies = (lines: string): string => lines.replace(/^([^=;\n]*=)[^;\n]*/gm, `$1${MASK}`);

/**
 * Replaces credentials in a text that will be kept or shown. A credential that is empty, or a word such as `undefined`,
 * stays: it is evidence.
 */
export function mask(text: string): string {
  if (text.length < 4) return text;
  let masked = text.replace(CHANNEL_SIGNATURE, `:${MASK}`);
  for (const shape of SHAPES) masked = masked.replace(shape, MASK);
  masked = masked
    .replace(USER_INFO, `$1${MASK}@`)
    .replace(AUTHORIZATION, (whole, head: string, scheme: string | undefined, value: string) =>
      NO_VALUE.test(value) || (scheme === undefined && IN_A_SENTENCE.test(value.split(' ')[0] ?? ''))
        ? whole
        : `${head}${scheme === undefined ? '' : `${scheme} `}${MASK}`,
    )
    .replace(
      COOKIE,
      (_whole, head: string, set: string | undefined, value: string) =>
        head + (set === undefined ? cookieValues(value) : newCookies(value)),
    )
    .replace(SCHEME, (whole, scheme: string, space: string, value: string) =>
      NO_VALUE.test(value) || IN_A_SENTENCE.test(value) ? whole : `${scheme}${space}${MASK}`,
    );
  return maskMembers(masked)
    .replace(PARAMETER, (whole, before: string, name: string, value: string) =>
      !NO_VALUE.test(value) && (isSecretInUrl(decoded(name)) || isOpaque(value)) ? `${before}${name}=${MASK}` : whole,
    )
    .replace(NAMED, (whole, name: string, between: string, quote: string, value: string) =>
      SECRET_PART.test(plain(name)) &&
      !NO_VALUE.test(value) &&
      !IN_A_SENTENCE.test(value) &&
      !isPort(between, value) &&
      !value.includes(MASK)
        ? `${name}${between}${quote}${MASK}`
        : whole,
    );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Parameters that protocols need, and that carry no credential. */
const PROTOCOL_PARAMETERS = /^(EIO|transport|t|b64|j|protocol|client|version|flash|vsn)$/;

/** A URL that a person typed, for display: no value of its query or fragment is shown, except those of protocols. */
export function maskUrl(url: string): string {
  return mask(url).replace(
    /([?&#;])([^=&#;]{1,200})=([^&#;]*)/g,
    (whole, before: string, name: string, value: string) =>
      PROTOCOL_PARAMETERS.test(name) || value === '' || value === MASK ? whole : `${before}${name}=${MASK}`,
  );
}

/** Headers whose whole value is a credential. */
const SECRET_HEADER =
  /^(proxy-)?authorization$|^x-(api-?key|auth|csrf|xsrf|amz-security|goog-api|gitlab-token|access|session)|token$|secret|^(api-?key|sec-websocket-key)$/;

/** Masks the values of headers that carry credentials. Names come back in lower case. */
export function maskHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]): [string, string] => {
      const key = name.toLowerCase();
      if (key === 'cookie') return [key, cookieValues(value)];
      if (key === 'set-cookie') return [key, newCookies(value)];
      if (key === 'sec-websocket-protocol') return [key, value.split(/,\s*/).map(maskProtocol).join(', ')];
      if (SECRET_HEADER.test(key)) return [key, value.replace(/^([A-Za-z][\w-]*\s+)?.*$/s, `$1${MASK}`)];
      return [key, mask(value)];
    }),
  );
}

/** A word of a protocol's name: letters, a version, or letters with a few digits. */
const PROTOCOL_WORD = /^([a-z]{1,16}|v?\d{1,4}|[a-z]{1,8}\d{1,3})$/i;

/** The name of a protocol rather than a credential in its place. */
export const isProtocolName = (entry: string): boolean =>
  entry.length <= 40 && entry.split(/[._+/:-]/).every((word) => PROTOCOL_WORD.test(word)) && !/^eyJ/.test(entry);

/** Masks a WebSocket subprotocol that is no protocol's name, such as a token that a page hands over in its place. */
export function maskProtocol(entry: string): string {
  const prefix =
    /^((?:base64url\.)?(?:bearer|jwt|token|auth|access_token|apikey)(?:\.authorization\.k8s\.io)?[._-])(.{4,})$/i.exec(
      entry,
    );
  if (prefix) return `${prefix[1] ?? ''}${MASK}`;
  return isProtocolName(entry) ? entry : MASK;
}

/** Masks what {@link mask} does, and values that a browser stores for the page: its cookies, local and session storage. */
export class Masker {
  private readonly values: string[];

  /** @param values short ones and words are left out, because they would hit ordinary text */
  constructor(values: Iterable<string> = []) {
    const wanted = [...new Set(values)].filter((value) => value.length >= 6 && !/^[a-z]+$|^[\d.:-]+$/i.test(value));
    const forms = wanted.flatMap((value) => [
      value,
      encodeURIComponent(value),
      decoded(value),
      JSON.stringify(value).slice(1, -1),
    ]);
    this.values = [...new Set(forms)].filter((form) => form.length >= 6).sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    return this.values.reduce((masked, value) => masked.replaceAll(value, MASK), mask(text));
  }

  /** Masks every text in a value that is plain data. Members named `headers` are masked as headers. */
  data<T>(value: T): T {
    if (typeof value === 'string') return this.text(value) as T;
    if (Array.isArray(value)) return value.map((one: unknown) => this.data(one)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]: [string, unknown]) => [
        key,
        this.data(key === 'headers' && isTexts(member) ? maskHeaders(member) : member),
      ]),
    ) as T;
  }
}

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
