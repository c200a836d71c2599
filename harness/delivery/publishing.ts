/** Ways to publish that a topology states in one line: `{message}` stands for the text. */
import { UserError } from '../common/errors.ts';
import type { Reach } from '../topology/reach.ts';
import { ask, publishedAt, type AskOptions } from './ask.ts';
import type { Published } from './published.ts';

/** Publishes a message with this text. */
export type Publish = (reach: Reach, text: string) => Promise<Published>;

/** Stands for the text of a message. */
export const MESSAGE = '{message}';

export interface ByRequest {
  body?: string;
  /** Names in lower case. Default: a Content-Type that fits the body. */
  headers?: Readonly<Record<string, string>>;
  /** The service speaks HTTPS, under this name. */
  tls?: string;
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** The type of a body, by its form, and how a text is written in it. */
function formOf(body: string): { type: string; written: (text: string) => string } {
  if (isJson(body)) return { type: 'application/json', written: (text) => JSON.stringify(text).slice(1, -1) };
  if (/^[\w.[\]-]+=/.test(body)) return { type: 'application/x-www-form-urlencoded', written: encodeURIComponent };
  return { type: 'text/plain', written: (text) => text };
}

/**
 * Publishes by an HTTP request to a service: the message was taken when it is answered below 400. Nothing is published
 * while the service does not run or does not answer.
 *
 * @param port the container's
 * @param path with `{message}` where the text goes, unless the body has it
 */
export function byRequest(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  service: string,
  port: number,
  path: string,
  { body, headers = {}, tls }: ByRequest = {},
): Publish {
  return async (reach, text) => {
    const form = body === undefined ? undefined : formOf(body);
    const options: AskOptions = {
      method,
      headers: { ...(form ? { 'content-type': form.type } : {}), ...headers },
      ...(form ? { body: (body ?? '').replaceAll(MESSAGE, () => form.written(text)) } : {}),
      ...(tls === undefined ? {} : { servername: tls }),
    };
    try {
      const at = publishedAt(reach, service, port, tls === undefined ? 'http' : 'https');
      const { status } = await ask(`${at}${path.replaceAll(MESSAGE, encodeURIComponent(text))}`, options);
      return { ok: status < 400, status };
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** What stands in a command as it is, whatever quotes are around it. */
const PLAIN = /^[\w .,:@-]*$/;

/**
 * Publishes by a command in the container of a service, run by its shell: the message was taken when it ends with
 * status 0.
 *
 * @param command with `{message}` where the text goes
 */
export function byCommand(service: string, command: string): Publish {
  return async (reach, text) => {
    if (!PLAIN.test(text))
      throw new UserError(
        'the text of a message that a command publishes must not need quotes',
        'use letters, digits, spaces and any of . , : @ _ -',
        2,
      );
    try {
      await reach.exec(service, ['sh', '-c', command.replaceAll(MESSAGE, text)]);
      return { ok: true };
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  };
}
