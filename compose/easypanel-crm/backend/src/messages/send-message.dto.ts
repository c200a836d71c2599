import { RequiredText } from '../validation/required-text';

export class SendMessageDto {
  @RequiredText()
  text: string;
}
