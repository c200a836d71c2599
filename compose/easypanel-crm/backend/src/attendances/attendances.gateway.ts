import { WebSocketGateway } from '@nestjs/websockets';
import { AuthenticatedGateway } from '../realtime/authenticated.gateway';
import { gatewayCors } from '../settings';
import type { Attendance } from './attendances.controller';

@WebSocketGateway({ namespace: '/attendances', cors: gatewayCors })
export class AttendancesGateway extends AuthenticatedGateway {
  attendanceOpened(attendance: Attendance): void {
    this.emit('attendance:new', attendance);
  }
}
