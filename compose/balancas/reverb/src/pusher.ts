// The Pusher protocol over an open WebSocket.
import type { Channels, MemberData } from './channels.ts';
import { Client, errorPayload } from './client.ts';
import type { ReverbConfig } from './config.ts';
import { isOriginAllowed } from './origin.ts';
import type { Output } from './output.ts';
import { phpJson, throughPhp } from './php-json.ts';
import { isSubscriptionSigned } from './signature.ts';
import { isFields } from './validation.ts';

/** An error with a code of its own; every other error becomes 4200. */
class PusherError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface ClientEvent extends Record<string, unknown> {
  event: string;
}

export class Pusher {
  readonly #config: ReverbConfig;
  readonly #channels: Channels;
  readonly #output: Output;

  constructor(config: ReverbConfig, channels: Channels, output: Output) {
    this.#config = config;
    this.#channels = channels;
    this.#output = output;
  }

  /** A refused client gets an error instead of the greeting, is not closed, and can use everything. */
  opened(client: Client): void {
    this.#reporting(client, () => {
      this.#checkQuota();
      if (!isOriginAllowed(client.origin, this.#config.allowedOrigins))
        throw new PusherError(4009, 'Origin not allowed');
      const greeting = { socket_id: client.id, activity_timeout: this.#config.activityTimeout };
      client.send({ event: 'pusher:connection_established', data: phpJson(greeting) });
      this.#output.detail('Connection Established', client.id);
    });
  }

  received(client: Client, text: string): void {
    this.#output.detail('Message Received', client.id);
    this.#output.payload(text);
    client.touch();
    this.#reporting(client, () => {
      this.#checkRate(client);
      this.#handle(client, decode(text));
      this.#output.detail('Message Handled', client.id);
    });
  }

  controlled(client: Client): void {
    this.#output.detail('Control Frame Received', client.id);
    client.usesControlFrames = true;
    client.touch();
  }

  closed(client: Client): void {
    this.#channels.unsubscribeFromAll(client);
    this.#output.detail('Connection Closed', client.id);
  }

  #handle(client: Client, message: ClientEvent): void {
    if (!message.event.startsWith('pusher:')) return this.#clientEvent(client, message);
    const data = isFields(message.data) ? message.data : {};
    switch (message.event.slice('pusher:'.length)) {
      case 'subscribe':
        return this.#subscribe(client, data);
      case 'unsubscribe':
        return this.#channels.unsubscribe(client, requiredText(data, 'channel'));
      case 'ping':
        return client.send({ event: 'pusher:pong' });
      case 'pong':
        return;
      default:
        throw new Error(`Unknown Pusher event: ${message.event}`);
    }
  }

  #subscribe(client: Client, data: Record<string, unknown>): void {
    const name = data.channel;
    if (typeof name !== 'string') throw new Error('The channel field must be a string.');
    const [auth, channelData] = [optionalText(data, 'auth'), optionalText(data, 'channel_data')];
    if (/^(private|presence)-/.test(name)) {
      const signed = [client.id, name, channelData];
      if (!isSubscriptionSigned(auth, signed, this.#config.appSecret)) {
        throw new PusherError(4009, 'Connection is unauthorized');
      }
    }
    const member = channelData ? (throughPhp(JSON.parse(channelData)) as MemberData) : {};
    const channel = this.#channels.subscribe(client, name, member);
    client.send({
      event: 'pusher_internal:subscription_succeeded',
      data: phpJson(channel.isPresence ? channel.presence() : {}),
      // The real server drops empty values.
      ...(name && { channel: name }),
    });
  }

  #clientEvent(client: Client, message: ClientEvent): void {
    const channel = requiredText(message, 'channel');
    const data = message.data ?? null;
    if (data !== null && !isFields(data)) throw new Error('The data field must be an array.');
    if (!message.event.startsWith('client-')) return;

    const accepted = this.#config.acceptClientEventsFrom;
    if (accepted === 'all') return this.#channels.broadcast(channel, throughPhp(message) as object, client);
    if (accepted !== 'members') {
      return client.sendError(4301, 'The app does not have client messaging enabled.');
    }
    const member = this.#channels.find(channel)?.members.get(client);
    if (!member) return client.sendError(4009, 'The client is not a member of the specified channel.');
    const payload = { event: message.event, channel, data: throughPhp(data) };
    this.#channels.broadcast(channel, member.user_id ? { ...payload, user_id: member.user_id } : payload, client);
  }

  /** Counts clients with a subscription, not connections. */
  #checkQuota(): void {
    const { maxConnections } = this.#config;
    if (maxConnections !== null && this.#channels.subscribedClients().size >= maxConnections) {
      throw new PusherError(4004, 'Application is over connection quota');
    }
  }

  #checkRate(client: Client): void {
    const limit = this.#config.rateLimit;
    if (!limit) return;
    const now = Date.now();
    if (now - client.rate.since >= limit.decaySeconds * 1000) client.rate = { since: now, count: 0 };
    if (client.rate.count >= limit.maxAttempts) {
      // Ended first: the error that follows never reaches the client.
      if (limit.terminate) client.connection.end();
      throw new PusherError(4301, 'Rate limit exceeded');
    }
    client.rate.count += 1;
  }

  #reporting(client: Client, action: () => void): void {
    try {
      action();
    } catch (error) {
      const { message } = error as Error;
      const known = error instanceof PusherError;
      client.send(known ? errorPayload(error.code, message) : errorPayload(4200, 'Invalid message format'));
      this.#output.error(`Message from ${client.id} resulted in ${known ? 'a pusher' : 'an unknown'} error`);
      this.#output.detail(error instanceof SyntaxError ? 'Syntax error' : message);
    }
  }
}

/** `data` may be JSON inside a string. */
function decode(text: string): ClientEvent {
  const message: unknown = JSON.parse(text);
  if (!isFields(message)) throw new Error('The event field is required.');
  return { ...message, event: requiredText(message, 'event'), data: decodedData(message.data) };
}

function decodedData(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

function requiredText(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.trim() === '') throw new Error(`The ${name} field is required.`);
  return value;
}

function optionalText(fields: Record<string, unknown>, name: string): string {
  const value = fields[name] ?? '';
  if (typeof value !== 'string') throw new Error(`The ${name} field must be a string.`);
  return value;
}
