import { Module } from '@nestjs/common';
import { ConditionalModule } from '@nestjs/config';
import { AuthModule } from '../auth/auth.module';
import { StoreModule } from '../store/store.module';
import { SchedulerController } from './scheduler.controller';
import { SchedulerGateway } from './scheduler.gateway';

@Module({ imports: [AuthModule], providers: [SchedulerGateway], exports: [SchedulerGateway] })
class SchedulerGatewayModule {}

@Module({
  imports: [
    AuthModule,
    StoreModule,
    // The namespace may be left out of a deployment; the REST API is always there.
    ConditionalModule.registerWhen(SchedulerGatewayModule, (env) => env.SCHEDULER_GATEWAY !== 'off', { debug: false }),
  ],
  controllers: [SchedulerController],
})
export class SchedulerModule {}
