// The signed HTTP API: publishing and queries.
import type { Channel, Channels } from './channels.ts';
import type { ReverbConfig } from './config.ts';
import type { HttpRequest } from './http-request.ts';
import { HttpError, jsonAnswer } from './http-response.ts';
import type { Route } from './routes.ts';
import { isRequestSigned } from './signature.ts';
import { isFields, problemsOfBatch, problemsOfEvent, type Problems } from './validation.ts';

interface PublishedEvent {
  name: string;
  data: string;
  channel?: string;
  channels?: string[];
  socket_id?: string;
  info?: string;
}

export class HttpApi {
  readonly #config: ReverbConfig;
  readonly #channels: Channels;

  constructor(config: ReverbConfig, channels: Channels) {
    this.#config = config;
    this.#channels = channels;
  }

  /** `path` is the request's without the server's prefix: signatures are made without it. */
  answer(request: HttpRequest, path: string, { name, values }: Route): string {
    if (name === 'up') return jsonAnswer({ health: 'OK' });

    const [appId, channel = ''] = values;
    if (appId !== this.#config.appId) throw new HttpError(404, `No matching application for ID [${appId}].`);
    if (!isRequestSigned(request, path, this.#config.appSecret)) {
      throw new HttpError(401, 'Authentication signature invalid.');
    }

    const info = request.query.get('info') ?? '';
    switch (name) {
      case 'events':
        return this.#publish(decoded(request.body));
      case 'batch_events':
        return this.#publishBatch(decoded(request.body));
      case 'channels':
        return jsonAnswer({ channels: this.#listChannels(request.query.get('filter_by_prefix') ?? '', info) });
      case 'channel':
        return jsonAnswer(this.#channelInfo(channel, `${info},occupied`));
      case 'channel_users':
        return this.#users(this.#channels.find(channel));
      case 'connections':
        return jsonAnswer({ connections: this.#channels.subscribedClients().size });
      default:
        throw new Error(`No answer for ${name}`);
    }
  }

  #publish(fields: Record<string, unknown>): string {
    const problems = problemsOfEvent(fields);
    if (hasAny(problems)) return jsonAnswer(problems, 422);

    const event = fields as unknown as PublishedEvent;
    const channels = Object.values(event.channels ?? [event.channel ?? '']);
    const except = this.#client(event.socket_id);
    for (const channel of channels) {
      this.#channels.broadcast(channel, { event: event.name, data: event.data, channel }, except);
    }
    if (event.info === undefined) return jsonAnswer({});
    return jsonAnswer({
      channels: Object.fromEntries(channels.map((name) => [name, this.#channelInfo(name, event.info)])),
    });
  }

  #publishBatch(fields: Record<string, unknown>): string {
    const problems = problemsOfBatch(fields);
    if (hasAny(problems)) return jsonAnswer(problems, 422);

    const infos = (fields.batch as PublishedEvent[]).map(({ name, channel = '', data, socket_id, info }) => {
      // Another key order than that of a single event, as measured.
      this.#channels.broadcast(channel, { event: name, channel, data }, this.#client(socket_id));
      return this.#channelInfo(channel, info);
    });
    return jsonAnswer({ batch: infos.some(hasAny) ? infos : {} });
  }

  #listChannels(prefix: string, info: string): object {
    const names = this.#channels.occupied().map(({ name }) => name);
    const listed = names.filter((name) => name.startsWith(prefix)).map((name) => [name, this.#channelInfo(name, info)]);
    // PHP writes an empty list of channels as `[]`.
    return listed.length > 0 ? (Object.fromEntries(listed) as object) : [];
  }

  #channelInfo(name: string, wanted = ''): object {
    const channel = this.#channels.find(name);
    const asked = new Set(wanted.split(','));
    const count = channel?.members.size ?? 0;
    const countName = channel?.isPresence ? 'user_count' : 'subscription_count';
    return {
      ...(asked.has('occupied') && { occupied: count > 0 }),
      ...(channel && asked.has(countName) && { [countName]: count }),
    };
  }

  #users(channel: Channel | undefined): string {
    if (!channel) return jsonAnswer({}, 404);
    if (!channel.isPresence) return jsonAnswer({}, 400);
    const ids = new Set([...channel.members.values()].map((data) => data.user_id));
    return jsonAnswer({ users: [...ids].map((id) => ({ id })) });
  }

  #client(socketId: string | undefined) {
    return [...this.#channels.subscribedClients()].find((client) => client.id === socketId);
  }
}

const hasAny = (fields: Problems | object) => Object.keys(fields).length > 0;

/** A body that is no JSON object is an internal error for the real server: the caller answers 500. */
function decoded(body: Buffer): Record<string, unknown> {
  const fields: unknown = JSON.parse(body.toString());
  if (!isFields(fields)) throw new TypeError('The body is not an object');
  return fields;
}
