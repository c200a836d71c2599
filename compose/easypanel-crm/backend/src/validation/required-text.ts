import { applyDecorators } from '@nestjs/common';
import { IsNotEmpty, IsString } from 'class-validator';

/** A text that must be there and say something. */
export function RequiredText(): PropertyDecorator {
  const options = { message: '$property é obrigatório' };
  return applyDecorators(IsString(options), IsNotEmpty(options));
}
