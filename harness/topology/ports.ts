import net from 'node:net';

/** Below the range from which machines hand out ports: Linux begins at 32768, IANA's range at 49152. */
const FIRST = 20_000;
const COUNT = 10_000;

/**
 * A port of this machine that refuses connections. It lies below the range from which the system hands out ports, so
 * that no container gets it later.
 */
export async function closedPort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const server = net.createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
