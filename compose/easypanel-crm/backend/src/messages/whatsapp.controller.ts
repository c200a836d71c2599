import { BadRequestException, Body, Controller, Post } from '@nestjs/common';
import { type Message, MessagesService } from './messages.service';

/** Where the WhatsApp provider delivers incoming messages. */
@Controller('webhook/whatsapp')
export class WhatsappController {
  constructor(private readonly messages: MessagesService) {}

  @Post()
  receive(@Body() body: { from?: string; text?: string }): Promise<Message> {
    if (!body?.from || !body.text) throw new BadRequestException('from e text são obrigatórios');
    return this.messages.receive(body.from, body.text);
  }
}
