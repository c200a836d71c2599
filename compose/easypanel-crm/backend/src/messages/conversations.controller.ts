import { BadRequestException, Body, Controller, Get, Param, Post, UseGuards } from '@nestjs/common';
import { JwtGuard } from '../auth/jwt.guard';
import { type Conversation, type Message, MessagesService } from './messages.service';

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
  send(@Param('id') id: string, @Body() body: { text?: string }): Promise<Message> {
    if (!body?.text) throw new BadRequestException('text é obrigatório');
    return this.messages.send(id, body.text);
  }
}
