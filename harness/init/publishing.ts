/** How a message is published, as it is typed after `--publish`: pure functions. */
import { UserError } from '../common/errors.ts';
import { MESSAGE } from '../delivery/publishing.ts';
import { noSuchService, parseServicePort, type ServicePort } from './services.ts';

/** A way to publish; `none` where nothing is published. */
export type PublishWay =
  | { by: 'request'; method: string; to?: ServicePort; path: string; body?: string }
  | { by: 'command'; service: string; command: string }
  | { by: 'none' };

const FORMS = `'POST /api/notes {"text":"${MESSAGE}"}', 'POST service:port/path …', 'service: command with ${MESSAGE}', or none`;

const REQUEST = /^(GET|POST|PUT|PATCH|DELETE)\s+(\S+)(?:\s+([\s\S]+))?$/;
const COMMAND = /^([\w.-]+):\s+([\s\S]+)$/;

const wrong = (message: string, hint: string): UserError => new UserError(`--publish: ${message}`, hint, 2);

function targetOf(text: string, services: readonly string[]): { to?: ServicePort; path: string } {
  if (text.startsWith('/')) return { path: text };
  const [, at = '', path = '/'] = /^([^/]+)(\/.*)?$/.exec(text) ?? [];
  if (!/^[\w.-]+:\d+$/.test(at)) throw wrong(`"${text}" is neither a path nor service:port/path`, `one of ${FORMS}`);
  return { to: parseServicePort('--publish', at, services), path };
}

/**
 * Parses what is typed after `--publish`.
 *
 * @param services of the Compose file
 * @throws UserError that says what is wrong with it
 */
export function parsePublish(text: string, services: readonly string[]): PublishWay {
  const typed = text.trim();
  if (typed === 'none') return { by: 'none' };
  const [, method, target, body] = REQUEST.exec(typed) ?? [];
  const [, service, command] = COMMAND.exec(typed) ?? [];
  if (method === undefined && service === undefined) throw wrong(`"${typed}" is no way to publish`, `one of ${FORMS}`);
  if (!typed.includes(MESSAGE))
    throw wrong(`nothing says where the text of a message goes`, `write ${MESSAGE} in its place, as in ${FORMS}`);
  if (method !== undefined && target !== undefined)
    return { by: 'request', method, ...targetOf(target, services), ...(body === undefined ? {} : { body }) };
  if (!services.includes(service ?? '')) throw noSuchService('--publish', service ?? '', services);
  return { by: 'command', service: service ?? '', command: command ?? '' };
}
