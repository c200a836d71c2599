// Reads one HTTP request from raw bytes.
// Not Node's own HTTP parser: that one answers by itself (timeouts, TLS bytes, bad heads),
// where the real server waits in silence or answers without any header.

export class BadRequest extends Error {}
export class RequestTooLarge extends Error {}

export interface HttpRequest {
  method: string;
  version: number;
  /** Without the query, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: Map<string, string[]>;
  /** Everything that had arrived after the head when the request was complete. */
  body: Buffer;
}

const END_OF_HEAD = '\r\n\r\n';

export class RequestReader {
  #received = Buffer.alloc(0);
  readonly #maxSize: number;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Returns the request once it is complete; until then there is no timeout and no sniffing. */
  push(chunk: Buffer): HttpRequest | null {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (this.#received.length > this.#maxSize) throw new RequestTooLarge();

    const headLength = this.#received.indexOf(END_OF_HEAD);
    // An empty head never becomes a request: the real server stays silent on a lone empty line.
    if (headLength < 1) return null;

    const head = this.#received.toString('latin1', 0, headLength);
    const body = this.#received.subarray(headLength + END_OF_HEAD.length);
    const request = parseHead(head, body);
    const announced = Number(request.headers.get('content-length')?.[0] ?? 0);
    return body.length < announced ? null : request;
  }
}

function parseHead(head: string, body: Buffer): HttpRequest {
  const [startLine = '', ...headerLines] = head.split(/\r?\n/);
  const start = /^(\S+) +(?:[a-z]+:\/\/[^/ ]+)?(\/[^ ]*)(?: +HTTP\/(\d+(?:\.\d+)?))?$/i.exec(startLine);
  if (!start) throw new BadRequest();

  const [, method = '', target = '', version = '1.1'] = start;
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  return {
    method,
    version: Number(version),
    path,
    query: new URLSearchParams(query),
    headers: parseHeaders(headerLines),
    body,
  };
}

function parseHeaders(lines: string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const header = /^([\w!#$%&'*+.^`|~-]+):(.*)$/.exec(line);
    if (!header) throw new BadRequest();
    const [, name = '', value = ''] = header;
    const values = headers.get(name.toLowerCase()) ?? [];
    headers.set(name.toLowerCase(), [...values, value.trim()]);
  }
  return headers;
}
