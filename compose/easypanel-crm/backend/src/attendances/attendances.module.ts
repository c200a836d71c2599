import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { StoreModule } from '../store/store.module';
import { AttendancesController } from './attendances.controller';
import { AttendancesGateway } from './attendances.gateway';

@Module({
  imports: [AuthModule, StoreModule],
  controllers: [AttendancesController],
  providers: [AttendancesGateway],
})
export class AttendancesModule {}
