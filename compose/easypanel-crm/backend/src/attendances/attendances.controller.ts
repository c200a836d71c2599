import { Body, Controller, Get, Post, UseGuards } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { JwtGuard } from '../auth/jwt.guard';
import { Store } from '../store/store';
import type { Attendance } from './attendance';
import { AttendancesGateway } from './attendances.gateway';
import { CreateAttendanceDto } from './create-attendance.dto';

@Controller('attendances')
@UseGuards(JwtGuard)
export class AttendancesController {
  constructor(
    private readonly store: Store,
    private readonly gateway: AttendancesGateway,
  ) {}

  @Get()
  list(): Promise<Attendance[]> {
    return this.store.all('attendances');
  }

  @Post()
  async create(@Body() { customer }: CreateAttendanceDto): Promise<Attendance> {
    const attendance = { id: randomUUID(), customer, openedAt: new Date().toISOString() };
    await this.store.append('attendances', attendance);
    this.gateway.attendanceOpened(attendance);
    return attendance;
  }
}
