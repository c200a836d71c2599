import { type ConfigType, registerAs } from '@nestjs/config';

/** Everything that a deployment may change, read once from the environment. */
export const settings = registerAs('crm', () => {
  const { env } = process;
  const jwtSecret = env.JWT_SECRET ?? 'crm-secret-for-tests';
  return {
    port: Number(env.PORT ?? 3000),
    host: env.HOST ?? '0.0.0.0',
    jwtSecret,
    /** The secret that the gateways verify with; a deployment that sets it apart from JWT_SECRET rejects every socket. */
    wsJwtSecret: env.WS_JWT_SECRET ?? jwtSecret,
    wsCors: { origin: env.WS_CORS_ORIGIN ?? '*', credentials: env.WS_CORS_CREDENTIALS === 'true' },
    pingIntervalMs: Number(env.PING_INTERVAL_MS ?? 25_000),
    /** Redis that the replicas share as their database; in memory when unset. */
    storeUrl: env.STORE_URL,
    /** Redis that carries Socket.IO broadcasts between replicas; none when unset. */
    adapterUrl: env.SOCKETIO_ADAPTER_URL,
  };
});

export type Settings = ConfigType<typeof settings>;
