import { createClient } from 'redis';

/** Connects and goes on trying: the database may start after its clients. */
export async function connect(url: string) {
  const client = createClient({ url, socket: { reconnectStrategy: 200 } });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
