/** How servers of Engine.IO refuse a request, in their own words. */
import { parseJson, valueAt } from '../json.ts';

/** The version of Engine.IO that a client says it speaks, in the URL. */
export const engineVersion = (url: string): number => Number(/[?&]EIO=(\d)/.exec(url)?.[1] ?? 4);

/** What a refusal is about, by the codes of Engine.IO's protocol. */
export const ENGINE_CODES = {
  transport: 0,
  session: 1,
  method: 2,
  request: 3,
  forbidden: 4,
  version: 5,
} as const;

export interface EngineRefusal {
  code: (typeof ENGINE_CODES)[keyof typeof ENGINE_CODES];
  says: RegExp;
  /** The library, and the versions that say it, as read in their source. */
  by: string;
}

/** engine.io answers `{"code":1,"message":"…"}`. */
const NODE = 'engine.io 1.6 to 6.6';

/** The first rule that fits counts. */
const OF_NODE: readonly EngineRefusal[] = [
  { code: 0, says: /^Transport unknown$/, by: NODE },
  { code: 1, says: /^Session ID unknown$/, by: NODE },
  { code: 2, says: /^Bad handshake method$/, by: NODE },
  { code: 3, says: /^Bad request$/, by: NODE },
  { code: 4, says: /^Forbidden$/, by: NODE },
  { code: 5, says: /^Unsupported protocol version$/, by: NODE },
];

/** python-engineio answers a JSON string: Flask-SocketIO and all servers that build on python-socketio. */
const OF_PYTHON: readonly EngineRefusal[] = [
  // Before 4.3, a handshake without its headers.
  { code: 3, says: /^Invalid transport websocket$/, by: 'python-engineio 3 to 4.2' },
  { code: 0, says: /^Invalid transport( \S+| for session \S+)?$/, by: 'python-engineio 3 to 4.15' },
  {
    code: 1,
    says: /^Invalid session( \S+)?$/,
    by: 'python-engineio 3 to 4.15; with the id before 4.3 and from 4.11 on',
  },
  { code: 3, says: /^Invalid websocket upgrade$/, by: 'python-engineio 4.3 to 4.15' },
  { code: 4, says: /^(Not|\S+ is not) an accepted origin\.$/, by: 'python-engineio 3 to 4.15' },
  {
    code: 5,
    says: /^The client is using an unsupported version of the Socket\.IO or Engine\.IO protocols$/,
    by: 'python-engineio 4.0 to 4.15',
  },
];

/** The refusals, by the form of the answer. */
export const ENGINE_REFUSALS = { object: OF_NODE, string: OF_PYTHON } as const;

/** What a refusal says, without the form around it; undefined when the text is in neither form. */
export function engineWords(text: string): { form: keyof typeof ENGINE_REFUSALS; words: string } | undefined {
  if (!/^\s*("|\{\s*"code"\s*:\s*\d)/.test(text)) return undefined;
  const parsed = parseJson(text);
  if (typeof parsed === 'string') return { form: 'string', words: parsed };
  return typeof valueAt(parsed, 'code') === 'number'
    ? { form: 'object', words: String(valueAt(parsed, 'message')) }
    : undefined;
}

/** Engine.IO's error code, when the text is the refusal of one of its servers. */
export function engineCode(text: string): number | undefined {
  const said = engineWords(text);
  return said && ENGINE_REFUSALS[said.form].find(({ says }) => says.test(said.words))?.code;
}
