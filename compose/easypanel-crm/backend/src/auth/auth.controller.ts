import { Body, Controller, HttpCode, Post, UnauthorizedException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { demoUser } from './user';

@Controller('auth')
export class AuthController {
  constructor(private readonly jwt: JwtService) {}

  @Post('login')
  @HttpCode(200)
  login(@Body() body: { email?: string; password?: string }): { token: string } {
    const { password, ...user } = demoUser;
    if (body?.email !== user.email || body.password !== password) {
      throw new UnauthorizedException('E-mail ou senha incorretos');
    }
    return { token: this.jwt.sign(user) };
  }
}
