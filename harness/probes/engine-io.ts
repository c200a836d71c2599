import { defined } from '../common/defined.ts';
import { ENGINE_CODES, engineCode } from '../diagnosis/words/engine-io.ts';
import { enginePackets } from '../diagnosis/protocols/engine-io.ts';
import { listAt, parseJson, textAt, valueAt } from '../diagnosis/json.ts';
import type { EngineAnswer, EngineQuestion, StickyAnswer, StickyQuestion } from '../diagnosis/readings.ts';
import { askHttp } from './http.ts';
import type { Network } from './network.ts';

const query = (extra = ''): string => `?EIO=4&transport=polling${extra}`;

/** Tries to open an Engine.IO session by long-polling at each path, until one succeeds. */
export async function askEngine(network: Network, question: Omit<EngineQuestion, 'ask'>): Promise<EngineAnswer> {
  const results: EngineAnswer['results'] = [];
  for (const path of question.paths) {
    const url = new URL(question.url);
    url.pathname = path;
    url.search = query();
    const answer = await askHttp(network, { url: url.href });
    const open = /^(\d+:)?0\{"sid"/.test(answer.body);
    const hello = open ? parseJson((enginePackets(answer.body)[0] ?? '').replace(/^(\d+:)?0/, '')) : undefined;
    const upgrades = valueAt(hello, 'upgrades') ? listAt(hello, 'upgrades').slice(0, 4).map(String) : undefined;
    const code = engineCode(answer.body);
    results.push({
      path,
      open,
      body: answer.body.slice(0, 300),
      ...defined({ status: answer.status, failure: answer.failure, upgrades, code }),
    });
    const sid = textAt(hello, 'sid');
    if (sid !== undefined) await close(network, url, sid);
    if (open) break;
  }
  return { results };
}

/** Ends a session, so that probes leave nothing behind. */
async function close(network: Network, url: URL, sid: string): Promise<void> {
  const ending = new URL(url);
  ending.search = query(`&sid=${encodeURIComponent(sid)}`);
  await askHttp({ ...network, patience: 500 }, { url: ending.href, method: 'POST', form: '1' });
}

/**
 * Opens a few polling sessions and continues each on new connections: does the same server answer? A session that is
 * accepted and refused by turns meets several servers, in whatever words the refusal is.
 */
export async function askSticky(network: Network, question: Omit<StickyQuestion, 'ask'>): Promise<StickyAnswer> {
  const answer: StickyAnswer = { sessions: 0, requests: 0, unknown: 0 };
  for (let session = 0; session < 4 && answer.unknown === 0; session += 1) {
    const url = new URL(question.url);
    url.search = query();
    const opening = await askHttp(network, { url: url.href });
    const sid = textAt(parseJson((enginePackets(opening.body)[0] ?? '').slice(1)), 'sid');
    if (sid === undefined) continue;
    answer.sessions += 1;
    const next = new URL(url);
    next.search = query(`&sid=${encodeURIComponent(sid)}`);
    let accepted = 0;
    let refused = 0;
    // A server that knows the session accepts a pong at once; any other refuses it.
    for (let request = 0; request < 4 && answer.unknown === 0; request += 1) {
      const posted = await askHttp(network, { url: next.href, method: 'POST', form: request === 3 ? '1' : '3' });
      answer.requests += 1;
      if (engineCode(posted.body) === ENGINE_CODES.session) {
        answer.unknown += 1;
        answer.says = posted.body.slice(0, 80);
      } else if (posted.status === 200) accepted += 1;
      else if (REFUSALS.includes(posted.status ?? 0) && engineCode(posted.body) === undefined) {
        refused += 1;
        answer.says = posted.body.slice(0, 80);
      } else break;
    }
    if (accepted > 0) answer.unknown += answer.unknown > 0 ? 0 : refused;
  }
  return answer;
}

/** Statuses with which a server may say that it does not know a session. */
const REFUSALS = [400, 404, 410];
