import { RequiredText } from '../validation/required-text';

export class CreateAttendanceDto {
  @RequiredText()
  customer: string;
}
