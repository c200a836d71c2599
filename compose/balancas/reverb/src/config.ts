// Settings under Laravel Reverb's own names and with its stock values.

export interface RateLimit {
  maxAttempts: number;
  decaySeconds: number;
  terminate: boolean;
}

export interface ReverbConfig {
  host: string;
  port: number;
  /** Prefix of every route, such as `/ws`; empty for none. */
  path: string;
  /** Shown in the start line only. */
  hostname: string;
  maxRequestSize: number;
  appId: string;
  appKey: string;
  appSecret: string;
  allowedOrigins: string[];
  maxConnections: number | null;
  pingInterval: number;
  /** Announced to clients; the server itself never acts on it. */
  activityTimeout: number;
  maxMessageSize: number;
  /** `all`, `members`; anything else switches client events off. */
  acceptClientEventsFrom: string;
  rateLimit: RateLimit | null;
  /** Test only: the real server's tick is fixed at 60 seconds and no variable changes it. */
  tickSeconds: number;
}

export const defaults: ReverbConfig = {
  host: '0.0.0.0',
  port: 8080,
  path: '',
  hostname: '',
  maxRequestSize: 10_000,
  appId: '',
  appKey: '',
  appSecret: '',
  allowedOrigins: ['*'],
  maxConnections: null,
  pingInterval: 60,
  activityTimeout: 30,
  maxMessageSize: 10_000,
  acceptClientEventsFrom: 'members',
  rateLimit: null,
  tickSeconds: 60,
};

export function configFromEnv(env: NodeJS.ProcessEnv): ReverbConfig {
  const text = (name: string, fallback: string) => env[name] ?? fallback;
  const number = (name: string, fallback: number) => (env[name] ? Number(env[name]) : fallback);
  const flag = (name: string) => ['true', '1', '(true)'].includes((env[name] ?? '').toLowerCase());

  return {
    ...defaults,
    host: text('REVERB_SERVER_HOST', defaults.host),
    port: number('REVERB_SERVER_PORT', defaults.port),
    path: text('REVERB_SERVER_PATH', defaults.path),
    maxRequestSize: number('REVERB_MAX_REQUEST_SIZE', defaults.maxRequestSize),
    appId: text('REVERB_APP_ID', ''),
    appKey: text('REVERB_APP_KEY', ''),
    appSecret: text('REVERB_APP_SECRET', ''),
    allowedOrigins: text('REVERB_ALLOWED_ORIGINS', '*')
      .split(',')
      .map((pattern) => pattern.trim()),
    maxConnections: env.REVERB_APP_MAX_CONNECTIONS ? Number(env.REVERB_APP_MAX_CONNECTIONS) : null,
    pingInterval: number('REVERB_APP_PING_INTERVAL', defaults.pingInterval),
    activityTimeout: number('REVERB_APP_ACTIVITY_TIMEOUT', defaults.activityTimeout),
    maxMessageSize: number('REVERB_APP_MAX_MESSAGE_SIZE', defaults.maxMessageSize),
    acceptClientEventsFrom: text('REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM', defaults.acceptClientEventsFrom),
    rateLimit: flag('REVERB_APP_RATE_LIMITING_ENABLED')
      ? {
          maxAttempts: number('REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS', 60),
          decaySeconds: number('REVERB_APP_RATE_LIMIT_DECAY_SECONDS', 60),
          terminate: flag('REVERB_APP_RATE_LIMIT_TERMINATE'),
        }
      : null,
  };
}
