const { env } = process;

/** Everything that a deployment may change, read once from the environment. */
export const settings = {
  port: Number(env.PORT ?? 3000),
  host: env.HOST ?? '0.0.0.0',
  jwtSecret: env.JWT_SECRET ?? 'crm-secret-for-tests',
  /** The secret that the gateways verify with; a deployment that sets it apart from JWT_SECRET rejects every socket. */
  wsJwtSecret: env.WS_JWT_SECRET ?? env.JWT_SECRET ?? 'crm-secret-for-tests',
  wsCorsOrigin: env.WS_CORS_ORIGIN ?? '*',
  wsCorsCredentials: env.WS_CORS_CREDENTIALS === 'true',
  schedulerGateway: env.SCHEDULER_GATEWAY !== 'off',
  pingIntervalMs: Number(env.PING_INTERVAL_MS ?? 25_000),
  /** Redis that the replicas share as their database; in memory when unset. */
  storeUrl: env.STORE_URL,
  /** Redis that carries Socket.IO broadcasts between replicas; none when unset. */
  adapterUrl: env.SOCKETIO_ADAPTER_URL,
};

/** CORS of the three gateways: `origin: '*'` unless the deployment says otherwise. */
export const gatewayCors = { origin: settings.wsCorsOrigin, credentials: settings.wsCorsCredentials };
