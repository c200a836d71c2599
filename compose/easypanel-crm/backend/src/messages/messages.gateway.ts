import { WebSocketGateway } from '@nestjs/websockets';
import { AuthenticatedGateway } from '../realtime/authenticated.gateway';
import { gatewayCors } from '../settings';
import type { Message } from './messages.service';

@WebSocketGateway({ namespace: '/messages', cors: gatewayCors })
export class MessagesGateway extends AuthenticatedGateway {
  messageCreated(message: Message): void {
    this.emit('message:new', message);
  }
}
