import { Inject, Injectable, Logger } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { OnGatewayConnection, OnGatewayDisconnect, WebSocketServer } from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { bearerToken } from '../auth/jwt.guard';
import type { User } from '../auth/user';
import { settings, type Settings } from '../settings';

/**
 * A namespace that only signed-in users may stay in. The token is checked after the connection is accepted,
 * as the deployed product does: a rejected client first sees `connect`, then `io server disconnect`.
 */
@Injectable()
export abstract class AuthenticatedGateway implements OnGatewayConnection, OnGatewayDisconnect {
  @WebSocketServer() protected readonly namespace: Namespace;
  private readonly logger = new Logger(this.constructor.name);

  constructor(
    private readonly jwt: JwtService,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  handleConnection(client: Socket): void {
    const { auth, headers } = client.handshake;
    const fromAuth = typeof auth.token === 'string' ? auth.token : undefined;
    const fromHeader = bearerToken(headers);
    const source = fromAuth ? 'auth.token' : fromHeader ? 'Authorization' : 'nenhum token';
    try {
      const user = this.jwt.verify<User>(fromAuth ?? fromHeader ?? '', { secret: this.settings.wsJwtSecret });
      this.logger.log(`Cliente conectado: ${client.id} - Usuário: ${user.email} - Tenant: ${user.tenantId} (${source})`);
    } catch (error) {
      this.logger.warn(`Cliente rejeitado: ${client.id} - ${(error as Error).message} (${source})`);
      client.disconnect();
    }
  }

  handleDisconnect(client: Socket): void {
    this.logger.log(`Cliente desconectado: ${client.id}`);
  }

  protected emit(event: string, item: { id: string }): void {
    this.namespace.emit(event, item);
    this.logger.log(`${event} emitido: ${item.id}`);
  }
}
