/** What Hocuspocus, a server of Yjs documents, and its clients say of signing in: in binary frames. */

/** Of its protocol: the type of a frame about signing in, and its kinds that hold a text. */
const AUTH = 2;
const KINDS = ['token', 'denied'] as const;

export interface SigningIn {
  kind: (typeof KINDS)[number];
  /** The token that the page sends, or why the server denies it. */
  text: string;
}

/** Reads a frame about signing in: the name of a document, {@link AUTH}, the kind, and a text. */
export function signingIn(frame: Buffer): SigningIn | undefined {
  const name = readText(frame, 0);
  if (!name || frame[name.end] !== AUTH) return undefined;
  const kind = KINDS[frame[name.end + 1] ?? KINDS.length];
  const text = readText(frame, name.end + 2);
  return kind && text && { kind, text: text.text };
}

/** A text after its length in bytes, which is written in sevens of bits, the lowest first. */
function readText(frame: Buffer, start: number): { text: string; end: number } | undefined {
  let length = 0;
  let at = start;
  for (let shift = 0; shift < 21; shift += 7) {
    const byte = frame[at];
    if (byte === undefined) return undefined;
    at += 1;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  const end = at + length;
  return end > frame.length ? undefined : { text: frame.toString('utf8', at, end), end };
}
