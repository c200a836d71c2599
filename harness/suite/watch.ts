/** Watches an open page until it has done what is expected of it. */
import { within } from '../common/time.ts';
import type { Visitor } from '../browser/visitor.ts';
import type { Topology } from '../scenario/schema.ts';
import type { Seen } from './mismatches.ts';

/** What was seen of a page, before anything is published. */
export type Watched = Omit<Seen, 'delivery'>;

/** How long, in ms, a visit may take to show everything that is expected, beyond going quiet. */
const PATIENCE_MS = 10_000;

/** How long, in ms, a page that was late is given to go quiet: longer than a request is taken to be under way. */
const LATE_MS = 2000;

/** How long, in ms, a page may take to say what became of its data; a page that hangs never says it. */
const ANSWER_MS = 2000;

/** What a page shows now. */
async function look({ page, recorder }: Visitor, url: string, data: Topology['data']): Promise<Watched> {
  const evidence = await recorder.evidence(url);
  if (!data) return { evidence };
  const said = await within(data(page), ANSWER_MS).catch(() => undefined);
  return { evidence, api: said === 'loaded' ? 'loaded' : 'missing' };
}

/**
 * Records a page that went quiet until all that is expected was seen, or for {@link PATIENCE_MS}. On a slow machine a
 * page may be quiet before it has begun; what comes then is given the time to end, or to be silent for long enough.
 *
 * @param complete true when all that is expected was seen
 * @param settleMs how long, in ms, a page that was late is given to go quiet
 */
export async function watchUntil(
  visitor: Visitor,
  {
    url,
    topology: { data },
    complete,
    settleMs = LATE_MS,
  }: {
    url: string;
    topology: Pick<Topology, 'data'>;
    complete: (evidence: Seen['evidence']) => boolean;
    settleMs?: number | undefined;
  },
): Promise<Watched> {
  const { recorder } = visitor;
  const counted = ({ console, requests, sockets } = recorder.recorded): number =>
    console.length + requests.length + sockets.length;
  const deadline = Date.now() + PATIENCE_MS;
  for (let late = false; ; late = true) {
    const seen = await look(visitor, url, data);
    if (Date.now() >= deadline || (!late && complete(seen.evidence))) return seen;
    if (complete(seen.evidence)) {
      await recorder.settled({ timeoutMs: settleMs });
      return look(visitor, url, data);
    }
    const count = counted();
    await recorder.until((now) => counted(now) > count, 250);
  }
}
