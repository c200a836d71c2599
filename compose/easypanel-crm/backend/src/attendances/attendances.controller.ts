import { BadRequestException, Body, Controller, Get, Post, UseGuards } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { JwtGuard } from '../auth/jwt.guard';
import { Store } from '../store';
import { AttendancesGateway } from './attendances.gateway';

export interface Attendance {
  id: string;
  customer: string;
  openedAt: string;
}

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
  async create(@Body() body: { customer?: string }): Promise<Attendance> {
    if (!body?.customer) throw new BadRequestException('customer é obrigatório');
    const attendance = { id: randomUUID(), customer: body.customer, openedAt: new Date().toISOString() };
    await this.store.append('attendances', attendance);
    this.gateway.attendanceOpened(attendance);
    return attendance;
  }
}
