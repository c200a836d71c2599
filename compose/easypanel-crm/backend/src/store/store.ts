import { connect } from './redis';

/** Append-only lists by name: all the persistence that this CRM needs. */
export abstract class Store {
  abstract append<T>(list: string, item: T): Promise<void>;
  abstract all<T>(list: string): Promise<T[]>;
}

class MemoryStore extends Store {
  private readonly lists = new Map<string, unknown[]>();

  async append<T>(list: string, item: T): Promise<void> {
    this.lists.set(list, [...(this.lists.get(list) ?? []), item]);
  }

  async all<T>(list: string): Promise<T[]> {
    return (this.lists.get(list) ?? []) as T[];
  }
}

class RedisStore extends Store {
  constructor(private readonly redis: Awaited<ReturnType<typeof connect>>) {
    super();
  }

  async append<T>(list: string, item: T): Promise<void> {
    await this.redis.rPush(`crm:${list}`, JSON.stringify(item));
  }

  async all<T>(list: string): Promise<T[]> {
    const items = await this.redis.lRange(`crm:${list}`, 0, -1);
    return items.map((item) => JSON.parse(item) as T);
  }
}

export async function createStore(url?: string): Promise<Store> {
  return url ? new RedisStore(await connect(url)) : new MemoryStore();
}
