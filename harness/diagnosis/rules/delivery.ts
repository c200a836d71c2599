import type { Finding } from '../finding.ts';
import type { DeliveryObservation, Rule, RuleContext } from '../context.ts';
import { finding, likely, possible, proven } from '../finding.ts';
import { visitRule } from '../context.ts';
import type { CauseId } from '../../causes/causes.ts';
import { isObject, parseJson } from '../json.ts';
import { originOf, parseAddress } from '../urls.ts';
import { firstServer, label } from '../facts.ts';
import type { Target } from '../targets.ts';
import { jsonBodyOf } from '../targets.ts';

/** Causes behind the connection: it works, and messages do not arrive. Hops: publisher and broker. */
export const deliveryRules: readonly Rule[] = [
  visitRule('publisher-unreachable-broker', (context) => {
    const lost = unpublished(context);
    if (!lost) return undefined;
    const { channel, text } = lost;
    const words = channel.publisherText ?? '';
    const failed = !channel.published || (channel.publisherStatus ?? 200) >= 400 || UNREACHABLE.test(words);
    if (failed)
      return finding(
        UNREACHABLE.test(words) ? 'proven' : 'likely',
        text,
        `publishing itself fails${channel.publisherStatus !== undefined ? ` (${channel.publisherStatus})` : ''}${words ? `: “${words.slice(0, 120)}”` : ''}`,
      );
    return finding(healthSays(context, PUBLISHER_KEYS) ? 'likely' : 'possible', text);
  }),

  visitRule('publisher-driver-off', (context) => {
    const lost = unpublished(context);
    if (!lost || publishFailed(lost.channel)) return undefined;
    const { channel, text } = lost;
    if (DRIVER_OFF.test(channel.publisherText ?? ''))
      return proven(text, `the publisher says: “${(channel.publisherText ?? '').slice(0, 120)}”`);
    const auth = channelAuth(context);
    if (auth === 'empty')
      return proven(
        text,
        'the authorisation of private channels answers 200 with an empty body: broadcasts are switched off',
      );
    const health = healthSays(context, DRIVER_KEYS, DRIVER_OFF_VALUE);
    if (health) return proven(text, health);
    return possible(text);
  }),

  visitRule('publisher-worker-stopped', (context) => {
    const lost = unpublished(context);
    if (!lost || publishFailed(lost.channel)) return undefined;
    const { channel, text } = lost;
    if (QUEUED.test(channel.publisherText ?? '') || channel.publisherStatus === 202)
      return proven(
        text,
        `the publisher says that the message is queued${channel.publisherText ? `: “${channel.publisherText.slice(0, 100)}”` : ''}`,
      );
    const health = healthSays(context, QUEUE_KEYS, BAD_OR_IDLE);
    if (health) return proven(text, health);
    const auth = channelAuth(context);
    if (auth === 'signed')
      return likely(text, 'private channels are authorised, so broadcasts are switched on: they wait for a worker');
    return possible(text);
  }),

  visitRule('broker-down', (context) => {
    const lost = unpublished(context) ?? partial(context);
    if (!lost) return undefined;
    const health = healthSays(context, BROKER_KEYS, BAD_VALUE) ?? brokerInApi(context);
    if (health) return proven(lost.text, health);
    if (
      publishFailed(lost.channel) &&
      /redis|broker|kafka|nats|rabbit|amqp|mqtt/i.test(lost.channel.publisherText ?? '')
    )
      return proven(lost.text, `the publisher says: “${(lost.channel.publisherText ?? '').slice(0, 120)}”`);
    return possible(lost.text);
  }),

  visitRule('broker-missing', (context) => isolated(context, 'broker-missing')),
  visitRule('workers-isolated', (context) => isolated(context, 'workers-isolated')),

  visitRule('scrape-target-down', (context) => {
    const monitors = monitored(context);
    const down = monitors?.found.find((one) => one.targetsDown.length > 0);
    if (!down) return undefined;
    const text = `Prometheus at ${down.base} reports targets as down: ${down.targetsDown.slice(0, 2).join('; ')}`;
    // If the page cannot reach its target either, the failed scrape is only a consequence.
    const [nearer] = context.failed;
    return nearer ? possible(text, `${label(nearer)} fails as well`) : proven(text);
  }),
  visitRule('alert-webhook-unrouted', (context) => {
    const monitors = monitored(context);
    const failing = monitors?.found.find((one) => one.failedNotifications > 0);
    if (!failing) return undefined;
    const firing = monitors?.found.flatMap((one) => one.firing) ?? [];
    return proven(
      `AlertManager at ${failing.base} counts ${failing.failedNotifications} failed notifications`,
      firing.length > 0 && `firing: ${firing.slice(0, 3).join(', ')}`,
    );
  }),
];

type Channel = DeliveryObservation['channels'][string];

const UNREACHABLE =
  /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|cURL error (6|7|28|35)|connection refused|could not (resolve|connect)|failed to connect|unreachable|pusher error|broadcast(ing)? (failed|error)|no route to host|not connected|timed out/i;
const DRIVER_OFF =
  /driver"?\s*[:=]\s*"?(log|null|none|noop|array|off|dummy|disabled)|broadcast(er|ing)?"?\s*[:=]\s*"?(log|null|none|noop|off|disabled|false)|broadcast(ing)? (is )?(disabled|off)|logged only|published"?\s*:\s*false/i;
const QUEUED = /queued|enqueued|"?pending"?\s*[:=]\s*\d|job[_ -]?id|dispatched to queue|in (the )?queue|na fila/i;
const BROKER_KEYS = /redis|broker|pub_?sub|kafka|nats|rabbit|amqp|mqtt|adapter|message_?bus/i;
const QUEUE_KEYS = /queue|worker|jobs?|horizon|celery|sidekiq|consumer/i;
const DRIVER_KEYS = /broadcast|driver|publisher|realtime/i;
const PUBLISHER_KEYS = /publish|broadcast/i;
const BAD_VALUE =
  /^(down|disconnected|unreachable|error|failed|fail|false|unavailable|unhealthy|closed|reconnecting|offline|lost|ko|not[ _]connected|refused|timeout|.*(ECONNREFUSED|refused|timed? ?out|unreachable).*)$/i;
const BAD_OR_IDLE =
  /^(0|down|stopped|none|missing|false|error|failed|unhealthy|paused|inactive|offline|not[ _]running|idle)$/i;
const DRIVER_OFF_VALUE = /^(log|null|none|noop|array|off|dummy|disabled|false)$/i;

/** The connection works, so a missing message is the fault of publisher or broker. */
function connected(context: RuleContext): boolean {
  const polls = context.goodApi.some((target) => target.requests.length >= 2);
  return (context.live.length > 0 || polls) && context.failed.filter((target) => target.kind !== 'api').length === 0;
}

/** A published message that arrived in no frame. */
function unpublished(context: RuleContext): { name: string; channel: Channel; text: string } | undefined {
  if (!context.delivery || !connected(context)) return undefined;
  const silent = Object.entries(context.delivery.channels).find(
    ([, channel]) => (channel.outcome === 'never' || channel.outcome === 'after-reload') && channel.frameSeen !== true,
  );
  if (!silent) return undefined;
  const [name, channel] = silent;
  return {
    name,
    channel,
    text: `the connection is open, and the published message arrived in no frame (${name}: ${channel.outcome})`,
  };
}

/** A message that reached only some of the clients. */
function partial(context: RuleContext): { name: string; channel: Channel; text: string } | undefined {
  if (!context.delivery || !connected(context)) return undefined;
  const found = Object.entries(context.delivery.channels).find(
    ([, channel]) =>
      channel.outcome === 'partial' ||
      ((channel.clients ?? 0) > 1 && (channel.received ?? 0) > 0 && (channel.received ?? 0) < (channel.clients ?? 0)),
  );
  if (!found) return undefined;
  const [name, channel] = found;
  const ratio = channel.clients !== undefined ? `${channel.received ?? '?'} of ${channel.clients}` : 'some';
  return { name, channel, text: `${ratio} clients received the message (${name})` };
}

function publishFailed(channel: Channel): boolean {
  return !channel.published || (channel.publisherStatus ?? 200) >= 400;
}

/** What the authorisation of private channels reveals about the application's broadcasts. */
function channelAuth(context: RuleContext): 'empty' | 'signed' | 'refused' | undefined {
  const target = context.targets.find((one) => one.kind === 'channel-auth');
  const last = target?.requests.at(-1);
  if (last?.status === 200)
    return (last.body ?? '').trim() === '' ? 'empty' : /"auth"/.test(last.body ?? '') ? 'signed' : undefined;
  const pusher = context.realtime.find((one) => one.kind === 'pusher');
  if (!pusher) return undefined;
  if (pusher.conversation?.confirmed.some((name) => /^(private|presence)-/.test(name))) return 'signed';
  // Without credentials, an application that broadcasts refuses; one with broadcasts switched off answers 200.
  const bases = new Set([originOf(context.page), ...context.goodApi.map((one) => originOf(one.address))]);
  for (const base of bases) {
    const answer = context.ask({
      ask: 'http',
      url: `${base}/broadcasting/auth`,
      method: 'POST',
      form: 'socket_id=1.1&channel_name=private-sintoma',
    });
    if (answer?.status === 200 && answer.body.trim() === '') return 'empty';
    if (answer?.status === 401 || answer?.status === 403) return 'refused';
  }
  return undefined;
}

/** The first matching name and value in the health answers, as a sentence. */
function healthSays(context: RuleContext, names: RegExp, values: RegExp = BAD_VALUE): string | undefined {
  const bases = new Set([
    ...context.goodApi.map((one) => originOf(one.address)),
    ...context.realtime.map((one) => originOf(one.address)),
    originOf(context.page),
  ]);
  const health = context.ask({ ask: 'health', bases: [...bases].slice(0, 3) });
  for (const { url, status, body } of health?.found ?? []) {
    const found = search(parseJson(body), names, values);
    if (found !== undefined) return `${url} (${status}) says ${found}`;
  }
  return undefined;
}

/** The first sign of a failed broker in the answers of the page's API, as a sentence. */
function brokerInApi(context: RuleContext): string | undefined {
  for (const target of context.targets.filter((one) => one.kind === 'api')) {
    const found = search(jsonBodyOf(target), BROKER_KEYS, BAD_VALUE);
    if (found !== undefined) return `${parseAddress(target.url)?.path ?? target.url} says ${found}`;
  }
  return undefined;
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

/** Only some clients receive the message: replicas without a broker, or workers of one server. */
function isolated(
  context: RuleContext,
  cause: Extract<CauseId, 'broker-missing' | 'workers-isolated'>,
): Finding | undefined {
  const lost = partial(context);
  if (!lost) return undefined;
  const { text, channel } = lost;
  const greetings =
    (channel.greetings ?? []).join(' ') +
    context.evidence.sockets.flatMap((socket) => socket.frames.slice(0, 2).map((frame) => frame.text)).join(' ');
  const workers = /"(worker|worker_?id|pid|process|process_?id)"/i.test(greetings);
  const replicas = /"(replica|instance|node|host|hostname|pod|server|server_?id|container)"/i.test(greetings);
  const target = context.live[0];
  const engine = target?.kind === 'engine.io' || target?.kind === 'pusher';
  const program = target ? serverOf(context, target) : '';
  const forking = /uvicorn|gunicorn|hypercorn|puma|unicorn|php|daphne|granian/i.test(program);
  const wanted = cause === 'workers-isolated';
  const marks = workers === replicas ? undefined : workers;
  if (marks !== undefined)
    return finding(
      marks === wanted ? 'proven' : 'possible',
      text,
      `the first frames name a ${marks ? 'worker' : 'replica'}`,
    );
  // Replicas need a proxy in front of them; workers share the port of one server.
  const alone = target !== undefined && firstServer(context, target).proxied === false;
  const likely = alone || (!engine && forking);
  return finding(likely === wanted ? 'likely' : 'possible', text, program !== '' && `the server is ${program}`);
}

/** The server program of a target, by its headers. */
function serverOf(context: RuleContext, target: Target): string {
  const answer = context.get({ ...target.address, query: '' });
  const json404 = /"detail"\s*:/.test(answer?.body ?? '') ? 'uvicorn (FastAPI)' : '';
  return `${answer?.headers.server ?? ''} ${json404}`.trim();
}

/** What the monitoring reports, if the page is a monitoring page or messages are not delivered. */
function monitored(context: RuleContext) {
  const title = `${context.evidence.page.title} ${context.evidence.page.text.slice(0, 300)}`;
  const isMonitor =
    /prometheus|alertmanager/i.test(title) || /:(9090|9091|9092|9093)\b/.test(context.evidence.page.url);
  const undelivered = Object.values(context.delivery?.channels ?? {}).some((channel) => channel.outcome === 'never');
  if (!isMonitor && !(undelivered && connected(context))) return undefined;
  const bases = isMonitor
    ? [
        originOf(context.page),
        ...context
          .entryPoints()
          .filter((entry) => /^909\d$/.test(String(entry.port)))
          .map(originOf),
      ]
    : context.entryPoints().map(originOf);
  return context.ask({ ask: 'monitor', bases: [...new Set(bases)].slice(0, 6) });
}
