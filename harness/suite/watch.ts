/** Watches an open page until it has done what is expected of it. */
import { within } from '../common/time.ts';
import type { SaysWait } from '../common/waiting.ts';
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
 * @param missing the first thing that is expected and was not seen, in words
 * @param settleMs how long, in ms, a page that was late is given to go quiet
 */
export async function watchUntil(
  visitor: Visitor,
  {
    url,
    topology: { data },
    missing,
    says,
    settleMs = LATE_MS,
  }: {
    url: string;
    topology: Pick<Topology, 'data'>;
    missing: (evidence: Seen['evidence']) => string | undefined;
    says?: SaysWait | undefined;
    settleMs?: number | undefined;
  },
): Promise<Watched> {
  const { recorder } = visitor;
  const counted = ({ console, requests, sockets } = recorder.recorded): number =>
    console.length + requests.length + sockets.length;
  const deadline = Date.now() + PATIENCE_MS;
  let waits: string | undefined;
  let told = (): void => undefined;
  try {
    for (;;) {
      const seen = await look(visitor, url, data);
      const missed = missing(seen.evidence);
      if (Date.now() >= deadline || (missed === undefined && waits === undefined)) return seen;
      if (missed === undefined) {
        await recorder.settled({ timeoutMs: settleMs });
        return await look(visitor, url, data);
      }
      if (missed !== waits) {
        told();
        waits = missed;
        says?.(
          `waits for ${missed}`,
          new Promise<void>((resolve) => {
            told = resolve;
          }),
        );
      }
      const count = counted();
      await recorder.until((now) => counted(now) > count, 250);
    }
  } finally {
    told();
  }
}
