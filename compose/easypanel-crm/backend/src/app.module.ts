import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { AttendancesController } from './attendances/attendances.controller';
import { AttendancesGateway } from './attendances/attendances.gateway';
import { AuthController } from './auth/auth.controller';
import { ConversationsController } from './messages/conversations.controller';
import { MessagesGateway } from './messages/messages.gateway';
import { MessagesService } from './messages/messages.service';
import { WhatsappController } from './messages/whatsapp.controller';
import { SchedulerController } from './scheduler/scheduler.controller';
import { SchedulerGateway } from './scheduler/scheduler.gateway';
import { settings } from './settings';
import { createStore, Store } from './store';

const gateways = settings.schedulerGateway
  ? [MessagesGateway, SchedulerGateway, AttendancesGateway]
  : [MessagesGateway, AttendancesGateway];

@Module({
  imports: [JwtModule.register({ global: true, secret: settings.jwtSecret, signOptions: { expiresIn: '12h' } })],
  controllers: [AuthController, ConversationsController, WhatsappController, SchedulerController, AttendancesController],
  providers: [{ provide: Store, useFactory: () => createStore(settings.storeUrl) }, MessagesService, ...gateways],
})
export class AppModule {}
