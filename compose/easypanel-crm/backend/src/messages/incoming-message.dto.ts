import { RequiredText } from '../validation/required-text';

/** What the WhatsApp provider reports; the rest of its report is ignored. */
export class IncomingMessageDto {
  @RequiredText()
  from: string;

  @RequiredText()
  text: string;
}
