import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { createAdapter } from '@socket.io/redis-adapter';
import type { Server, ServerOptions } from 'socket.io';
import { connect } from '../store/redis';

/** Nest's Socket.IO adapter with the deployment's options and, for several replicas, a Redis between them. */
export class CrmIoAdapter extends IoAdapter {
  private redisAdapter?: ReturnType<typeof createAdapter>;

  constructor(
    app: INestApplicationContext,
    private readonly deployment: Pick<ServerOptions, 'cors' | 'pingInterval'>,
  ) {
    super(app);
  }

  async connectToRedis(url: string): Promise<void> {
    const [publisher, subscriber] = await Promise.all([connect(url), connect(url)]);
    this.redisAdapter = createAdapter(publisher, subscriber);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server: Server = super.createIOServer(port, { ...options, ...this.deployment } as ServerOptions);
    if (this.redisAdapter) server.adapter(this.redisAdapter);
    return server;
  }
}
