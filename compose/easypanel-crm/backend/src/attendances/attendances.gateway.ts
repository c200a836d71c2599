import { WebSocketGateway } from '@nestjs/websockets';
import { AuthenticatedGateway } from '../realtime/authenticated.gateway';
import type { Attendance } from './attendance';

@WebSocketGateway({ namespace: '/attendances' })
export class AttendancesGateway extends AuthenticatedGateway {
  attendanceOpened(attendance: Attendance): void {
    this.emit('attendance:new', attendance);
  }
}
