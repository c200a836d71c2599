import { Body, Controller, HttpCode, Post, UnauthorizedException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { LoginDto } from './login.dto';
import { demoUser } from './user';

@Controller('auth')
export class AuthController {
  constructor(private readonly jwt: JwtService) {}

  @Post('login')
  @HttpCode(200)
  login(@Body() credentials: LoginDto): { token: string } {
    const { password, ...user } = demoUser;
    if (credentials.email !== user.email || credentials.password !== password) {
      throw new UnauthorizedException('E-mail ou senha incorretos');
    }
    return { token: this.jwt.sign(user) };
  }
}
