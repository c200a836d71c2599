import { Body, Controller, Post } from '@nestjs/common';
import { IncomingMessageDto } from './incoming-message.dto';
import type { Message } from './message';
import { MessagesService } from './messages.service';

/** Where the WhatsApp provider delivers incoming messages. */
@Controller('webhook/whatsapp')
export class WhatsappController {
  constructor(private readonly messages: MessagesService) {}

  @Post()
  receive(@Body() { from, text }: IncomingMessageDto): Promise<Message> {
    return this.messages.receive(from, text);
  }
}
