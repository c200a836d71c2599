// Who is subscribed to what.
import type { Client } from './client.ts';
import type { Output } from './output.ts';
import { phpJson } from './php-json.ts';

/** Decoded `channel_data` of a subscription; empty for channels without it. */
export type MemberData = Record<string, unknown>;

export class Channel {
  readonly name: string;
  readonly members = new Map<Client, MemberData>();

  constructor(name: string) {
    this.name = name;
  }

  get isPresence(): boolean {
    return this.name.startsWith('presence-');
  }

  hasUser(userId: unknown): boolean {
    return Boolean(userId) && [...this.members.values()].some((data) => String(data.user_id) === String(userId));
  }

  /** Members without an id make the whole list empty, as in the real server. */
  presence(): object {
    const users = new Map([...this.members.values()].map((data) => [data.user_id, data]));
    if (users.has(undefined)) return { presence: { count: 0, ids: [], hash: [] } };
    const hash = Object.fromEntries([...users].map(([id, data]) => [String(id), data.user_info ?? null]));
    return { presence: { count: users.size, ids: [...users.keys()], hash } };
  }
}

export class Channels {
  readonly #channels = new Map<string, Channel>();
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  find(name: string): Channel | undefined {
    return this.#channels.get(name);
  }

  occupied(): Channel[] {
    return [...this.#channels.values()];
  }

  /** Every client with at least one subscription: the only ones that are counted, pinged and pruned. */
  subscribedClients(): Set<Client> {
    return new Set(this.occupied().flatMap((channel) => [...channel.members.keys()]));
  }

  subscribe(client: Client, name: string, data: MemberData): Channel {
    const channel = this.find(name) ?? new Channel(name);
    const isNewMember = channel.isPresence && !channel.hasUser(data.user_id);
    this.#channels.set(name, channel);
    channel.members.set(client, data);
    if (isNewMember) {
      const payload = { event: 'pusher_internal:member_added', data: phpJson({ ...data }), channel: name };
      this.#send(channel, payload, client);
    }
    return channel;
  }

  unsubscribe(client: Client, name: string): void {
    const channel = this.find(name);
    const data = channel?.members.get(client);
    if (!channel || !data) return;
    channel.members.delete(client);
    if (channel.members.size === 0) {
      this.#channels.delete(name);
    } else if (channel.isPresence && data.user_id && !channel.hasUser(data.user_id)) {
      const payload = phpJson({ user_id: data.user_id });
      this.broadcast(name, { event: 'pusher_internal:member_removed', data: payload, channel: name });
    }
  }

  unsubscribeFromAll(client: Client): void {
    for (const channel of this.occupied()) this.unsubscribe(client, channel.name);
  }

  broadcast(name: string, payload: object, except?: Client): void {
    const channel = this.find(name);
    if (!channel) return;
    this.#output.detail('Broadcasting To', name);
    this.#send(channel, payload, except);
  }

  #send(channel: Channel, payload: object, except?: Client): void {
    for (const client of channel.members.keys()) {
      if (client !== except) client.send(payload);
    }
  }
}
