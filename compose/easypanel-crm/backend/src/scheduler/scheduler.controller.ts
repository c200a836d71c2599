import { BadRequestException, Body, Controller, Get, Optional, Post, UseGuards } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { JwtGuard } from '../auth/jwt.guard';
import { Store } from '../store';
import { SchedulerGateway } from './scheduler.gateway';

export interface Appointment {
  id: string;
  title: string;
  at: string;
}

@Controller('scheduler')
@UseGuards(JwtGuard)
export class SchedulerController {
  constructor(
    private readonly store: Store,
    // Absent where the deployment does not register the gateway.
    @Optional() private readonly gateway?: SchedulerGateway,
  ) {}

  @Get()
  list(): Promise<Appointment[]> {
    return this.store.all('appointments');
  }

  @Post()
  async create(@Body() body: { title?: string; at?: string }): Promise<Appointment> {
    if (!body?.title) throw new BadRequestException('title é obrigatório');
    const appointment = { id: randomUUID(), title: body.title, at: body.at ?? new Date().toISOString() };
    await this.store.append('appointments', appointment);
    this.gateway?.appointmentCreated(appointment);
    return appointment;
  }
}
