import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { StoreModule } from '../store/store.module';
import { ConversationsController } from './conversations.controller';
import { MessagesGateway } from './messages.gateway';
import { MessagesService } from './messages.service';
import { WhatsappController } from './whatsapp.controller';

@Module({
  imports: [AuthModule, StoreModule],
  controllers: [ConversationsController, WhatsappController],
  providers: [MessagesService, MessagesGateway],
})
export class MessagesModule {}
