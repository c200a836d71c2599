import { Module, ValidationPipe } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_PIPE } from '@nestjs/core';
import { AttendancesModule } from './attendances/attendances.module';
import { AuthModule } from './auth/auth.module';
import { MessagesModule } from './messages/messages.module';
import { SchedulerModule } from './scheduler/scheduler.module';
import { settings } from './settings';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [settings] }),
    AuthModule,
    MessagesModule,
    SchedulerModule,
    AttendancesModule,
  ],
  providers: [{ provide: APP_PIPE, useValue: new ValidationPipe({ whitelist: true, stopAtFirstError: true }) }],
})
export class AppModule {}
