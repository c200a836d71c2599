/** The connection stands, and a published message did not arrive, or only at some clients. */
import type { DeliveryObservation, RuleContext } from '../context.ts';
import { badNews, brokerInApi } from '../facts/health-answers.ts';
import { firstServer } from '../facts/servers.ts';
import { originOf } from '../urls.ts';
import type { Row, Table } from './table.ts';

type Channel = DeliveryObservation['channels'][string];

/** A published message that got lost. */
interface LostMessage {
  channel: Channel;
  reached: 'nobody' | 'some clients';
  text: string;
}

const UNREACHABLE =
  /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|cURL error (6|7|28|35)|connection refused|could not (resolve|connect)|failed to connect|unreachable|pusher error|broadcast(ing)? (failed|error)|no route to host|not connected|timed out/i;
const DRIVER_OFF =
  /driver"?\s*[:=]\s*"?(log|null|none|noop|array|off|dummy|disabled)|broadcast(er|ing)?"?\s*[:=]\s*"?(log|null|none|noop|off|disabled|false)|broadcast(ing)? (is )?(disabled|off)|logged only|published"?\s*:\s*false/i;
const QUEUED = /queued|enqueued|"?pending"?\s*[:=]\s*\d|job[_ -]?id|dispatched to queue|in (the )?queue|na fila/i;
const BROKER = /redis|broker|kafka|nats|rabbit|amqp|mqtt/i;

/** The connection works, so a missing message is the fault of publisher or broker. */
export function isConnected(context: RuleContext): boolean {
  const polls = context.goodApi.some((target) => target.requests.length >= 2);
  return (context.live.length > 0 || polls) && context.failed.filter((target) => target.kind !== 'api').length === 0;
}

/** The first message that got lost, if any; one that reached nobody comes first. */
function lostMessage(context: RuleContext): LostMessage | undefined {
  if (!context.delivery || !isConnected(context)) return undefined;
  const channels = Object.entries(context.delivery.channels);
  for (const [name, channel] of channels)
    if ((channel.outcome === 'never' || channel.outcome === 'after-reload') && channel.frameSeen !== true)
      return {
        channel,
        reached: 'nobody',
        text: `the connection is open, and the published message arrived in no frame (${name}: ${channel.outcome})`,
      };
  for (const [name, channel] of channels) {
    const { outcome, received = 0, clients = 0 } = channel;
    if (outcome !== 'partial' && !(clients > 1 && received > 0 && received < clients)) continue;
    const ratio = channel.clients !== undefined ? `${channel.received ?? '?'} of ${clients}` : 'some';
    return { channel, reached: 'some clients', text: `${ratio} clients received the message (${name})` };
  }
  return undefined;
}

/** How publishing went, by the publisher's own account. */
function publishing(channel: Channel): string {
  const words = channel.publisherText ?? '';
  const failed = !channel.published || (channel.publisherStatus ?? 200) >= 400;
  if (UNREACHABLE.test(words)) return 'unreachable';
  if (failed) return BROKER.test(words) ? 'broker fails' : 'fails';
  if (DRIVER_OFF.test(words)) return 'says off';
  return QUEUED.test(words) || channel.publisherStatus === 202 ? 'queued' : 'accepted';
}

const publisherSays = ({ publisherText = '' }: Channel): string =>
  `the publisher says: “${publisherText.slice(0, 120)}”`;

function publishingFails({ publisherStatus, publisherText }: Channel): string {
  return `publishing itself fails${publisherStatus !== undefined ? ` (${publisherStatus})` : ''}${publisherText ? `: “${publisherText.slice(0, 120)}”` : ''}`;
}

/** What the authorisation of private channels reveals about the application's broadcasts. */
function channelAuth(context: RuleContext): string | undefined {
  const target = context.targets.find((one) => one.kind === 'channel-auth');
  const last = target?.requests.at(-1);
  if (last?.status === 200) {
    const body = (last.body ?? '').trim();
    return body === '' ? 'empty' : body.includes('"auth"') ? 'signed' : 'neither';
  }
  const pusher = context.realtime.find((one) => one.kind === 'pusher');
  if (!pusher) return 'neither';
  if (pusher.conversation?.confirmed.some((name) => /^(private|presence)-/.test(name))) return 'signed';
  // Without credentials, an application that broadcasts refuses; one with broadcasts switched off answers 200.
  const bases = new Set([originOf(context.page), ...context.goodApi.map((one) => originOf(one.address))]);
  const answers = [...bases].map((base) =>
    context.ask({
      ask: 'http',
      url: `${base}/broadcasting/auth`,
      method: 'POST',
      form: 'socket_id=1.1&channel_name=private-sintoma',
    }),
  );
  for (const answer of answers) {
    if (answer === undefined) return undefined;
    if (answer.status === 200 && answer.body.trim() === '') return 'empty';
    if (answer.status === 401 || answer.status === 403) return 'neither';
  }
  return 'neither';
}

const PARTS = {
  broker: 'broker bad',
  driver: 'broadcasts off',
  queue: 'queue stopped',
  publisher: 'publisher bad',
} as const;
type Part = keyof typeof PARTS;

/** The worst that the application reports about its own health. */
function health(context: RuleContext): string | undefined {
  if (brokerInApi(context) !== undefined) return PARTS.broker;
  for (const part of Object.keys(PARTS) as Part[]) {
    const news = badNews(context, part);
    if (news === undefined) return undefined;
    if (news !== null) return PARTS[part];
  }
  return 'nothing';
}

const reports =
  (part: Part) =>
  (context: RuleContext): string | undefined =>
    badNews(context, part) ?? (part === 'broker' ? brokerInApi(context) : undefined);

/** Whether the clients are shared out among the workers of one server, or among replicas. */
function shares(context: RuleContext, { channel }: LostMessage): string | undefined {
  const greetings =
    (channel.greetings ?? []).join(' ') +
    context.evidence.sockets.flatMap((socket) => socket.frames.slice(0, 2).map((frame) => frame.text)).join(' ');
  const workers = /"(worker|worker_?id|pid|process|process_?id)"/i.test(greetings);
  const replicas = /"(replica|instance|node|host|hostname|pod|server|server_?id|container)"/i.test(greetings);
  if (workers !== replicas) return workers ? 'workers named' : 'replicas named';
  const target = context.live[0];
  if (!target) return 'several servers';
  const { host, port, secure } = target.address;
  const fingerprint = context.ask({ ask: 'fingerprint', host, port, secure });
  const program = serverOf(context);
  if (!fingerprint || program === undefined) return undefined;
  // Replicas need a proxy in front of them; workers share the port of one server.
  if (firstServer(context, target).proxied === false) return 'one server';
  const engine = target.kind === 'engine.io' || target.kind === 'pusher';
  const forking = /uvicorn|gunicorn|hypercorn|puma|unicorn|php|daphne|granian/i.test(program);
  return !engine && forking ? 'one server' : 'several servers';
}

/** The server program of the live connection, by its headers; undefined while it is not known. */
function serverOf(context: RuleContext): string | undefined {
  const target = context.live[0];
  const answer = target && context.get({ ...target.address, query: '' });
  if (!answer) return undefined;
  const fastApi = answer.body.includes('"detail"') && /"detail"\s*:/.test(answer.body) ? 'uvicorn (FastAPI)' : '';
  return `${answer.headers.server ?? ''} ${fastApi}`.trim();
}

const programIs = (context: RuleContext): string | undefined => {
  const program = serverOf(context);
  return program ? `the server is ${program}` : undefined;
};

const NOT_FAILED = ['says off', 'queued', 'accepted'];
const NOT_BROKER = ['broadcasts off', 'queue stopped', 'publisher bad', 'nothing'];
const NOT_EMPTY = ['signed', 'neither'];

/** Nobody received it: it was not published, or the broker did not pass it on. */
const NOBODY: readonly Row<LostMessage>[] = [
  {
    when: { publishing: 'unreachable' },
    cause: 'publisher-unreachable-broker',
    level: 'proven',
    because: (_context, { channel }) => publishingFails(channel),
    alike: ['broker-down'],
  },
  {
    when: { publishing: 'broker fails' },
    cause: 'broker-down',
    level: 'proven',
    because: (_context, { channel }) => publisherSays(channel),
    alike: ['publisher-unreachable-broker'],
  },
  {
    when: { publishing: 'fails', health: 'broker bad' },
    cause: 'broker-down',
    level: 'proven',
    because: reports('broker'),
  },
  {
    when: { publishing: 'fails', health: NOT_BROKER },
    cause: 'publisher-unreachable-broker',
    level: 'likely',
    because: (_context, { channel }) => publishingFails(channel),
    alike: ['broker-down'],
  },
  {
    when: { publishing: NOT_FAILED, auth: 'empty' },
    cause: 'publisher-driver-off',
    level: 'proven',
    because: 'the authorisation of private channels answers 200 with an empty body: broadcasts are switched off',
  },
  {
    when: { publishing: NOT_FAILED, auth: NOT_EMPTY, health: 'broker bad' },
    cause: 'broker-down',
    level: 'proven',
    because: reports('broker'),
  },
  {
    when: { publishing: 'says off', auth: NOT_EMPTY, health: NOT_BROKER },
    cause: 'publisher-driver-off',
    level: 'proven',
    because: (_context, { channel }) => publisherSays(channel),
  },
  {
    when: { publishing: ['queued', 'accepted'], auth: NOT_EMPTY, health: 'broadcasts off' },
    cause: 'publisher-driver-off',
    level: 'proven',
    because: reports('driver'),
  },
  {
    when: { publishing: ['queued', 'accepted'], auth: NOT_EMPTY, health: 'queue stopped' },
    cause: 'publisher-worker-stopped',
    level: 'proven',
    because: reports('queue'),
  },
  {
    when: { publishing: 'queued', auth: NOT_EMPTY, health: ['publisher bad', 'nothing'] },
    cause: 'publisher-worker-stopped',
    level: 'proven',
    because: (_context, { channel: { publisherText } }) =>
      `the publisher says that the message is queued${publisherText ? `: “${publisherText.slice(0, 100)}”` : ''}`,
  },
  {
    when: { publishing: 'accepted', auth: 'signed', health: ['publisher bad', 'nothing'] },
    cause: 'publisher-worker-stopped',
    level: 'likely',
    because: 'private channels are authorised, so broadcasts are switched on: they wait for a worker',
    alike: ['publisher-driver-off', 'publisher-unreachable-broker', 'broker-down'],
  },
  {
    when: { publishing: 'accepted', auth: 'neither', health: 'publisher bad' },
    cause: 'publisher-unreachable-broker',
    level: 'likely',
    because: reports('publisher'),
    alike: ['publisher-worker-stopped', 'publisher-driver-off', 'broker-down'],
  },
  {
    when: { publishing: 'accepted', auth: 'neither', health: 'nothing' },
    cause: 'publisher-worker-stopped',
    level: 'possible',
    alike: ['publisher-driver-off', 'publisher-unreachable-broker', 'broker-down'],
  },
];

const BROKER_PASSES = ['unreachable', 'fails', ...NOT_FAILED];

/** Some received it: the servers do not pass messages on to each other. */
const SOME: readonly Row<LostMessage>[] = [
  {
    when: { publishing: 'broker fails' },
    cause: 'broker-down',
    level: 'proven',
    because: (_context, { channel }) => publisherSays(channel),
  },
  {
    when: { publishing: BROKER_PASSES, health: 'broker bad' },
    cause: 'broker-down',
    level: 'proven',
    because: reports('broker'),
  },
  {
    when: { publishing: BROKER_PASSES, health: NOT_BROKER, shares: 'workers named' },
    cause: 'workers-isolated',
    level: 'proven',
    because: 'the first frames name a worker',
    alike: ['broker-missing', 'broker-down'],
  },
  {
    when: { publishing: BROKER_PASSES, health: NOT_BROKER, shares: 'replicas named' },
    cause: 'broker-missing',
    level: 'proven',
    because: 'the first frames name a replica',
    alike: ['workers-isolated', 'broker-down'],
  },
  {
    when: { publishing: BROKER_PASSES, health: NOT_BROKER, shares: 'one server' },
    cause: 'workers-isolated',
    level: 'likely',
    because: programIs,
    alike: ['broker-missing', 'broker-down'],
  },
  {
    when: { publishing: BROKER_PASSES, health: NOT_BROKER, shares: 'several servers' },
    cause: 'broker-missing',
    level: 'likely',
    because: programIs,
    alike: ['workers-isolated', 'broker-down'],
  },
];

const among = (reached: LostMessage['reached'], rows: readonly Row<LostMessage>[]): Row<LostMessage>[] =>
  rows.map((row) => ({ ...row, when: { reached, ...row.when } }));

/** Where a message got lost behind a connection that stands. */
export const lostMessageTable: Table<LostMessage> = {
  subject: lostMessage,
  text: ({ text }) => text,
  columns: {
    reached: { values: ['nobody', 'some clients'], read: (_context, { reached }) => reached },
    publishing: {
      values: ['unreachable', 'broker fails', 'fails', ...NOT_FAILED],
      read: (_context, { channel }) => publishing(channel),
    },
    auth: { values: ['empty', ...NOT_EMPTY], read: channelAuth },
    health: { values: ['broker bad', ...NOT_BROKER], read: health },
    shares: { values: ['workers named', 'replicas named', 'one server', 'several servers'], read: shares },
  },
  rows: [...among('nobody', NOBODY), ...among('some clients', SOME)],
};
