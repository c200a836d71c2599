/** Ports of this machine: such that refuse connections, and blocks that stacks have for themselves. */
import net from 'node:net';

/**
 * All of them lie below the range from which machines hand out ports (Linux begins at 32768, IANA's range at 49152),
 * so that nobody gets one by chance while it is not in use.
 */
const CLOSED = { first: 20_000, count: 5000 };
const BLOCKS = { first: 25_000, count: 150 };

/** Ports in a block: the guard's, and those of services. */
const BLOCK_SIZE = 50;

/** A whole number from 0 up to, and without, `count`. */
const below = (count: number): number => Math.floor(Math.random() * count);

const LOCAL = '127.0.0.1';

/** Listens on a port of this machine; undefined where it is taken. */
async function listenOn(port: number): Promise<net.Server | undefined> {
  const server = net.createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: LOCAL, exclusive: true }, () => resolve(server));
  });
}

const close = (server: net.Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** True when nobody listens on a port of this machine. */
export async function isFree(port: number): Promise<boolean> {
  const server = await listenOn(port);
  if (server) await close(server);
  return server !== undefined;
}

/** A port of this machine that refuses connections. */
export async function closedPort(): Promise<number> {
  for (;;) {
    const port = CLOSED.first + below(CLOSED.count);
    if (await isFree(port)) return port;
  }
}

/** A block as it is written down: its first port, and the port of each service's container port ("nginx:80/tcp"). */
export interface WrittenPorts {
  first: number;
  ports: Record<string, number>;
}

/**
 * Ports under which a stack's services are published for as long as it lives, so that a container that takes the place
 * of another is found at the same address, and a service that does not run refuses connections there. The process that
 * has the block listens on its first port, which tells others that it is taken also where nothing of the stack runs.
 */
export class PortBlock {
  private constructor(
    private readonly written: WrittenPorts,
    private readonly guard: net.Server | undefined,
  ) {
    guard?.unref();
  }

  /** A block in which nobody listens; undefined where none was found. */
  static async reserve(): Promise<PortBlock | undefined> {
    for (let tries = 0; tries < 100; tries += 1) {
      const first = BLOCKS.first + BLOCK_SIZE * below(BLOCKS.count);
      const guard = await listenOn(first);
      if (!guard) continue;
      const others = Array.from({ length: BLOCK_SIZE - 1 }, (_value, index) => first + 1 + index);
      if ((await Promise.all(others.map(isFree))).every(Boolean)) return new PortBlock({ first, ports: {} }, guard);
      await close(guard);
    }
    return undefined;
  }

  /** Goes on with the block of a stack that runs; its containers tell others that the block is taken. */
  static async resume(written: WrittenPorts): Promise<PortBlock> {
    return new PortBlock(written, await listenOn(written.first));
  }

  /** Where a container port of a service is published, always the same; undefined when the block is used up. */
  of(service: string, target: number, protocol = 'tcp'): number | undefined {
    const { first, ports } = this.written;
    const key = `${service}:${target}/${protocol}`;
    const next = first + 1 + Object.keys(ports).length;
    if (ports[key] === undefined && next < first + BLOCK_SIZE) ports[key] = next;
    return ports[key];
  }

  toJSON(): WrittenPorts {
    return this.written;
  }

  async release(): Promise<void> {
    if (this.guard?.listening) await close(this.guard);
  }
}
