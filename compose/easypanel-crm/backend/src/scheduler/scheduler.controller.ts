import { Body, Controller, Get, Optional, Post, UseGuards } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { JwtGuard } from '../auth/jwt.guard';
import { Store } from '../store/store';
import type { Appointment } from './appointment';
import { CreateAppointmentDto } from './create-appointment.dto';
import { SchedulerGateway } from './scheduler.gateway';

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
  async create(@Body() { title, at }: CreateAppointmentDto): Promise<Appointment> {
    const appointment = { id: randomUUID(), title, at: at ?? new Date().toISOString() };
    await this.store.append('appointments', appointment);
    this.gateway?.appointmentCreated(appointment);
    return appointment;
  }
}
