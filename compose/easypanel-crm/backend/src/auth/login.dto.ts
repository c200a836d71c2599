import { RequiredText } from '../validation/required-text';

export class LoginDto {
  @RequiredText()
  email: string;

  @RequiredText()
  password: string;
}
