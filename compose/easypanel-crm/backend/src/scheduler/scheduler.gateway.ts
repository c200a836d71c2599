import { WebSocketGateway } from '@nestjs/websockets';
import { AuthenticatedGateway } from '../realtime/authenticated.gateway';
import { gatewayCors } from '../settings';
import type { Appointment } from './scheduler.controller';

@WebSocketGateway({ namespace: '/scheduler', cors: gatewayCors })
export class SchedulerGateway extends AuthenticatedGateway {
  appointmentCreated(appointment: Appointment): void {
    this.emit('scheduler:new', appointment);
  }
}
