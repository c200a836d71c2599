import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { CrmIoAdapter } from './realtime/crm-io.adapter';
import { settings } from './settings';

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule, { cors: true });
  const adapter = new CrmIoAdapter(app);
  if (settings.adapterUrl) await adapter.connectToRedis(settings.adapterUrl);
  app.useWebSocketAdapter(adapter);
  app.enableShutdownHooks();
  await app.listen(settings.port, settings.host);
  new Logger('Bootstrap').log(`CRM pronto em http://${settings.host}:${settings.port}`);
}

void bootstrap();
