import { IsISO8601, IsOptional } from 'class-validator';
import { RequiredText } from '../validation/required-text';

export class CreateAppointmentDto {
  @RequiredText()
  title: string;

  @IsOptional()
  @IsISO8601()
  at?: string;
}
