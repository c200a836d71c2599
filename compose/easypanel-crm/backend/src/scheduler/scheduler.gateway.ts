import { WebSocketGateway } from '@nestjs/websockets';
import { AuthenticatedGateway } from '../realtime/authenticated.gateway';
import type { Appointment } from './appointment';

@WebSocketGateway({ namespace: '/scheduler' })
export class SchedulerGateway extends AuthenticatedGateway {
  appointmentCreated(appointment: Appointment): void {
    this.emit('scheduler:new', appointment);
  }
}
