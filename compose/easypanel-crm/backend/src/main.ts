import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { CrmIoAdapter } from './realtime/crm-io.adapter';
import { settings, type Settings } from './settings';

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule, { cors: true });
  const { host, port, wsCors, pingIntervalMs, adapterUrl } = app.get<Settings>(settings.KEY);
  const adapter = new CrmIoAdapter(app, { cors: wsCors, pingInterval: pingIntervalMs });
  if (adapterUrl) await adapter.connectToRedis(adapterUrl);
  app.useWebSocketAdapter(adapter);
  app.enableShutdownHooks();
  await app.listen(port, host);
  new Logger('Bootstrap').log(`CRM pronto em http://${host}:${port}`);
}

void bootstrap();
