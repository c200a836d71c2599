// The two shapes of HTTP answer: bare errors, and successes with padded headers. Both end the connection.
import { htmlSafeJson } from './php-json.ts';

export const REASONS: Record<number, string> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Request Entity Too Large',
  422: 'Unprocessable Content',
  426: 'Upgrade Required',
  500: 'Internal Server Error',
  505: 'HTTP Version not supported',
};

/** A refusal: status line and text, without length, type, date or server. */
export class HttpError extends Error {
  readonly status: number;
  readonly allow: string | undefined;

  constructor(status: number, text: string, allow?: string) {
    super(text);
    this.status = status;
    this.allow = allow;
  }

  toBytes(): string {
    const allow = this.allow ? `Allow: ${this.allow}\r\n` : '';
    return `HTTP/1.1 ${this.status} ${REASONS[this.status]}\r\n${allow}\r\n${this.message}`;
  }
}

/** Answers of the application's own code are HTTP/1.0, with the values of the headers in one column. */
export function jsonAnswer(value: unknown, status = 200): string {
  const body = htmlSafeJson(value);
  const headers = {
    'Cache-Control': 'no-cache, private',
    'Content-Length': String(Buffer.byteLength(body)),
    'Content-Type': 'application/json',
    Date: new Date().toUTCString(),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${`${name}:`.padEnd(15)} ${value}\r\n`);
  return `HTTP/1.0 ${status} ${REASONS[status]}\r\n${lines.join('')}\r\n${body}`;
}
