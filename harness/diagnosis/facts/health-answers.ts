/** What an application reports about its own parts: in health answers, or in its API. */
import type { RuleContext } from '../context.ts';
import { isObject, parseJson, textAt } from '../json.ts';
import { bodyOf, jsonBodyOf } from '../targets/target.ts';
import { originOf, parseAddress } from '../urls.ts';

/** A part of an application, by the names that health answers give it. */
const PARTS = {
  broker: /redis|broker|pub_?sub|kafka|nats|rabbit|amqp|mqtt|adapter|message_?bus/i,
  queue: /queue|worker|jobs?|horizon|celery|sidekiq|consumer/i,
  driver: /broadcast|driver|publisher|realtime/i,
  publisher: /publish|broadcast/i,
} as const;

const BAD =
  /^(down|disconnected|unreachable|error|failed|fail|false|unavailable|unhealthy|closed|reconnecting|offline|lost|ko|not[ _]connected|refused|timeout|error \d+ .*|.*(ECONNREFUSED|refused|timed? ?out|unreachable|CLUSTERDOWN|MASTERDOWN).*)$/i;
const BAD_OR_IDLE =
  /^(0|down|stopped|none|missing|false|error|failed|unhealthy|paused|inactive|offline|not[ _]running|idle)$/i;
const OFF = /^(log|null|none|noop|array|off|dummy|disabled|false)$/i;

const VALUES = { broker: BAD, queue: BAD_OR_IDLE, driver: OFF, publisher: BAD } as const;

type Part = keyof typeof PARTS;

/** Bad news of a part in the health answers, as a sentence: `undefined` while they are not known, `null` where there is none. */
export function badNews(context: RuleContext, part: Part): string | null | undefined {
  const told = statusInApi(context, part) ?? (part === 'queue' ? idleQueue(context) : undefined);
  if (told !== undefined) return told;
  const bases = new Set([
    ...context.goodApi.map((one) => originOf(one.address)),
    ...context.realtime.map((one) => originOf(one.address)),
    originOf(context.page),
  ]);
  const health = context.ask({ ask: 'health', bases: [...bases].slice(0, 3) });
  if (!health) return undefined;
  for (const { url, status, body } of health.found) {
    const found = search(parseJson(body), PARTS[part], VALUES[part]) ?? failedCheck(body, PARTS[part]);
    if (found !== undefined) return `${url} (${status}) says ${found}`;
  }
  return null;
}

/** What an answer of the page's API whose path names a part says of its status, such as that of Horizon, as a sentence. */
function statusInApi({ goodApi }: RuleContext, part: Part): string | undefined {
  for (const target of goodApi.filter(({ address }) => PARTS[part].test(address.path))) {
    const status = textAt(jsonBodyOf(target), 'status');
    if (status !== undefined && VALUES[part].test(status)) return `${target.address.path} says “status”: ${status}`;
  }
  return undefined;
}

/**
 * How programs of queues count jobs that wait, and what would do them: BullMQ and its metrics, Sidekiq and Resque,
 * RabbitMQ.
 */
const WAITING = /["_](waiting|enqueued|pending|messages_ready)"?[: ]\s*(\d+)\b/;
const DOING = /["_](active|processes|workers|consumers)"?[: ]\s*(\d+)\b/;

/** What an answer of the page's API, in JSON or as metrics, says of a queue in which jobs wait and none is being done. */
function idleQueue({ goodApi }: RuleContext): string | undefined {
  for (const target of goodApi) {
    const [waiting, doing] = [WAITING, DOING].map((counted) => counted.exec(bodyOf(target)));
    if (Number(waiting?.[2] ?? 0) > 0 && doing?.[2] === '0')
      return `${target.address.path} says “${waiting?.[1]}”: ${waiting?.[2]} and “${doing[1]}”: 0`;
  }
  return undefined;
}

/** The first sign of a failed broker in the answers of the page's API, as a sentence. */
export function brokerInApi(context: RuleContext): string | undefined {
  for (const target of context.targets.filter((one) => one.kind === 'api')) {
    const found = search(jsonBodyOf(target), PARTS.broker, BAD) ?? failedCheck(bodyOf(target), PARTS.broker);
    if (found !== undefined) return `${parseAddress(target.url)?.path ?? target.url} says ${found}`;
  }
  return undefined;
}

/** A part in the list of checks that Kubernetes and programs of its kind write: `[+]ping ok`, `[-]redis failed: …`. */
function failedCheck(body: string, names: RegExp): string | undefined {
  const line = body.split('\n', 100).find((one) => one.startsWith('[-]') && names.test(one));
  return line && `“${line.trim().slice(0, 100)}”`;
}

/** Finds a member whose value matches and whose name, or a parent's name, matches. */
function search(
  value: unknown,
  names: RegExp,
  values: RegExp,
  inside = false,
  path = '',
  depth = 0,
): string | undefined {
  if (depth > 5 || !isObject(value)) return undefined;
  for (const [key, member] of Object.entries(value).slice(0, 100)) {
    const named = inside || names.test(key);
    const full = path === '' ? key : `${path}.${key}`;
    if (typeof member === 'string' || typeof member === 'number' || typeof member === 'boolean') {
      const text = String(member);
      if (named && values.test(text) && !/^(enabled|required)$/i.test(key)) return `“${full}”: ${text.slice(0, 60)}`;
    } else {
      const found = search(member, names, values, named, full, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
