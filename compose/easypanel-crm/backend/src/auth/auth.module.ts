import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { settings, type Settings } from '../settings';
import { AuthController } from './auth.controller';

/** Signing in, and what the other modules need to check a token. */
@Module({
  imports: [
    JwtModule.registerAsync({
      inject: [settings.KEY],
      useFactory: ({ jwtSecret }: Settings) => ({ secret: jwtSecret, signOptions: { expiresIn: '12h' } }),
    }),
  ],
  controllers: [AuthController],
  exports: [JwtModule],
})
export class AuthModule {}
