/** Whether a published message got lost, and how publishing went. */
import type { DeliveryObservation } from '../known.ts';
import type { RuleContext } from '../context.ts';
import { originOf } from '../urls.ts';

type Channel = DeliveryObservation['channels'][string];

/** A published message that got lost. */
export interface LostMessage {
  channel: Channel;
  reached: 'nobody' | 'some clients';
  text: string;
}

const UNREACHABLE =
  /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|cURL error (6|7|28|35)|name or service not known|name resolution|no such host|getaddrinfo|UnknownHostException|connection refused|could not (resolve|connect)|failed to connect|unreachable|pusher error|broadcast(ing)? (failed|error)|no route to host|not connected|timed out/i;

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
export function lostMessage(context: RuleContext): LostMessage | undefined {
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
    const { outcome, received = 0, clients = 0, connections, messages } = channel;
    if (connections)
      return {
        channel,
        reached: 'some clients',
        text: `${connections.received} of ${connections.open} like connections of one page received the message (${name})`,
      };
    if (messages)
      return {
        channel,
        reached: 'some clients',
        text: `${messages.received} of ${messages.published} messages reached the clients (${name})`,
      };
    if (outcome !== 'partial' && !(clients > 1 && received > 0 && received < clients)) continue;
    const ratio = channel.clients !== undefined ? `${channel.received ?? '?'} of ${clients}` : 'some';
    return { channel, reached: 'some clients', text: `${ratio} clients received the message (${name})` };
  }
  return undefined;
}

/** How publishing went, by the publisher's own account. */
export function publishing(channel: Channel): string {
  const words = channel.publisherText ?? '';
  const failed = !channel.published || (channel.publisherStatus ?? 200) >= 400;
  if (UNREACHABLE.test(words)) return 'unreachable';
  if (failed) return BROKER.test(words) ? 'broker fails' : 'fails';
  if (DRIVER_OFF.test(words)) return 'says off';
  return QUEUED.test(words) || channel.publisherStatus === 202 ? 'queued' : 'accepted';
}

export const publisherSays = ({ publisherText = '' }: Channel): string =>
  `the publisher says: “${publisherText.slice(0, 120)}”`;

export function publishingFails({ publisherStatus, publisherText }: Channel): string {
  return `publishing itself fails${publisherStatus !== undefined ? ` (${publisherStatus})` : ''}${publisherText ? `: “${publisherText.slice(0, 120)}”` : ''}`;
}

/** What the authorisation of private channels reveals about the application's broadcasts. */
export function channelAuth(context: RuleContext): string | undefined {
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
