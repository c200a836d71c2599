import { Body, Controller, Get, Param, Post, UseGuards } from '@nestjs/common';
import { JwtGuard } from '../auth/jwt.guard';
import type { Conversation } from './conversation';
import type { Message } from './message';
import { MessagesService } from './messages.service';
import { SendMessageDto } from './send-message.dto';

@Controller('conversations')
@UseGuards(JwtGuard)
export class ConversationsController {
  constructor(private readonly messages: MessagesService) {}

  @Get()
  list(): Promise<Conversation[]> {
    return this.messages.conversations();
  }

  @Get(':id/messages')
  history(@Param('id') id: string): Promise<Message[]> {
    return this.messages.messages(id);
  }

  @Post(':id/messages')
  send(@Param('id') id: string, @Body() { text }: SendMessageDto): Promise<Message> {
    return this.messages.send(id, text);
  }
}
