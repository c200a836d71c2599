// What the process prints: a few lines always, and the rest with --debug in 80 columns.
// The bold escape codes that the real server puts into payload blocks are left out.
import { phpJson } from './php-json.ts';

export interface Output {
  /** Printed always. */
  info(text: string): void;
  /** The rest is for --debug only. */
  detail(title: string, value?: string): void;
  error(text: string): void;
  payload(message: string): void;
}

const WIDTH = 80;
const PAYLOAD_LIMIT = 200;

export const silent: Output = { info() {}, detail() {}, error() {}, payload() {} };

export function printing(write: (text: string) => void, debug: boolean): Output {
  const info = (text: string) => write(`\n   INFO  ${text}\n\n`);
  if (!debug) return { ...silent, info };
  return {
    info,
    detail: (title, value = '') => write(`  ${dotted(title, value)}  \n`),
    error: (text) => write(`\n${wrapped(` [ERROR] ${text}`)}\n`),
    payload: (message) => write(numbered(pretty(message).slice(0, PAYLOAD_LIMIT))),
  };
}

function dotted(title: string, value: string): string {
  const tail = value && ` ${value}`;
  const dots = Math.max(0, WIDTH - 5 - title.length - tail.length);
  return `${title} ${'.'.repeat(dots)}${tail}`;
}

function wrapped(text: string): string {
  const lines = text.match(new RegExp(`.{1,${WIDTH - 1}}(?:\\s+|$)|.{${WIDTH}}`, 'g')) ?? [];
  return lines.map((line) => `${line.trimEnd().padEnd(WIDTH)}\n`).join('');
}

function numbered(text: string): string {
  return text
    .split('\n')
    .map((line, index) => `${String(index + 1).padStart(4)}▕ ${line}\n`)
    .join('');
}

function pretty(message: string): string {
  try {
    return phpJson(JSON.parse(message), 4);
  } catch {
    return 'null';
  }
}
