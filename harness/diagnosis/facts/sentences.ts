/** Targets and answers in words. */
import { describe } from '../answers.ts';
import type { HandshakeAnswer, HttpAnswer } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { authority } from '../urls.ts';

/** "ws://host/path", for messages: bounded, without the query. */
export function label(target: Target): string {
  const { scheme, path } = target.address;
  const text = `${scheme}://${authority(target.address)}${path}`;
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** "404 by nginx, “…”", for messages. */
export function describeAnswer(answer: HttpAnswer | HandshakeAnswer | undefined): string {
  if (!answer) return 'an unknown answer';
  if ('state' in answer && answer.state === 'open') return '101, open';
  if ('state' in answer && answer.state === 'not-http' && answer.body !== '')
    return `no HTTP: “${answer.body.replace(/\s+/g, ' ').trim().slice(0, 80)}”`;
  if (answer.status === undefined)
    return ('failure' in answer ? answer.failure : 'state' in answer ? answer.state : undefined) ?? 'no answer';
  return describe(answer);
}

/** A duration in words. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Someone else's words: in quotation marks, on one line, bounded. */
export const quoted = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return `“${line.slice(0, 120)}${line.length > 120 ? '…' : ''}”`;
};
