/** The connection stands, and a published message did not arrive, or only at some clients. */
import type { RuleContext } from '../context.ts';
import { badNews, brokerInApi } from '../facts/health-answers.ts';
import type { LostMessage } from '../facts/publishing.ts';
import { channelAuth, lostMessage, publisherSays, publishing, publishingFails } from '../facts/publishing.ts';
import { firstServer } from '../facts/servers.ts';
import type { Row, Table } from './table.ts';

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
  // These are one process, however many threads it has.
  if (/kestrel|jetty|tomcat|netty|cowboy/i.test(program)) return 'several servers';
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
