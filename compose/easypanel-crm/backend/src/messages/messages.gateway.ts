import { WebSocketGateway } from '@nestjs/websockets';
import { AuthenticatedGateway } from '../realtime/authenticated.gateway';
import type { Message } from './message';

@WebSocketGateway({ namespace: '/messages' })
export class MessagesGateway extends AuthenticatedGateway {
  messageCreated(message: Message): void {
    this.emit('message:new', message);
  }
}
