import {
  ask,
  type Channel,
  type ControlSubscriber,
  dataState,
  Inbox,
  insideTestId,
  json,
  NGINX_RELOAD,
  postJson,
  type Published,
  publishedAt,
  type Reach,
  type Recorded,
  subscribeWebSocket,
  topology,
  withLocalStorage,
} from 'sintoma';
import { ALERT, UPDATE } from './expected.ts';

/** What a signed-in user has; see ACCESS_TOKEN of the backend. */
export const TOKEN = 'demo-token';

/** Longer than the silence after which the scaled load balancer of `lb-read-timeout-1s` hangs up. */
const SILENCE_MS = 2000;

/** Where the backend's API and sockets are reached: its own port, or the load balancer where that is not published. */
function entry(reach: Reach): string {
  try {
    const { host, port } = reach.at('backend', 9090);
    return `${host}:${port}`;
  } catch {
    const { host, port } = reach.at('loadbalancer', 80);
    return `${host}:${port}`;
  }
}

/** A new backend, added by the application's own API through the load balancer. */
const addBackend = (reach: Reach, name: string, more: object = {}): Promise<Published> =>
  postJson(`${publishedAt(reach, 'loadbalancer', 80)}/api/backends`, { name, ...more }, TOKEN);

/** True when the page has an open socket to an endpoint, and was greeted on it. */
const greeted = ({ sockets }: Recorded, endpoint: string): boolean =>
  sockets.some(
    ({ url, openedAt, closedAt, frames }) =>
      url.endsWith(`/api/ws/${endpoint}`) && openedAt !== undefined && closedAt === undefined && frames.length > 0,
  );

/** Nothing is published without the backend and its store. */
const runs = (reach: Reach): boolean => reach.runs('backend') && reach.runs('redis');

const subscribe = (reach: Reach, endpoint: string): Promise<ControlSubscriber> =>
  subscribeWebSocket({ url: `ws://${entry(reach)}/api/ws/${endpoint}`, confirmed: /"type":"connected"/ });

/**
 * A documented endpoint, as its own card of the dashboard shows it. All endpoints that exist carry every update, so
 * what an endpoint that does not exist would carry is read from one that does.
 */
const endpoint = (name: string, control = name): Channel => ({
  shows: insideTestId(`messages-${name}`),
  publish: (reach, nonce) => addBackend(reach, nonce),
  control: (reach) => (runs(reach) ? subscribe(reach, control) : 'no broker'),
  subscribed: (recorded) => greeted(recorded, name),
  frame: json(UPDATE),
});

/** The same message, published when nothing has been sent for a while. */
const afterSilence: Channel = {
  ...endpoint('backends'),
  async publish(reach, nonce) {
    await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
    return addBackend(reach, nonce);
  },
};

/** The vanilla page's only list. */
const vanilla: Channel = { ...endpoint('metrics'), shows: insideTestId('messages') };

/** Polls AlertManager's alerts until it is closed: they show that the alert fired, wherever it was delivered. */
function subscribeAlertManager(reach: Reach): ControlSubscriber {
  const url = `${publishedAt(reach, 'alertmanager', 9093)}/api/v2/alerts`;
  const inbox = new Inbox();
  const timer = setInterval(() => {
    ask(url)
      .then(({ text }) => inbox.add(text))
      .catch(() => undefined); // It may be starting: the next reading tells.
  }, 100);
  return {
    received: (nonce, timeoutMs) => inbox.received(nonce, timeoutMs),
    watch: (listener) => inbox.watch(listener),
    close: async () => clearInterval(timer),
  };
}

/**
 * A backend that is down: Prometheus scrapes it, the rule fires, AlertManager posts to the receiver, the page shows it.
 * The text is in its address, which no frame carries but the alert's.
 */
const alerts: Channel = {
  shows: insideTestId('alerts'),
  publish: (reach, nonce) => addBackend(reach, 'vigiado', { url: `http://${nonce}:8000`, status: 'down' }),
  control: async (reach) => subscribeAlertManager(reach),
  subscribed: (recorded) => greeted(recorded, 'status'),
  frame: json(ALERT),
};

export default topology({
  compose: '../../compose/veloflux/compose.yaml',
  faults: '../../compose/veloflux/faults',
  documents: { 'veloflux-websockets': 300, 'veloflux-map': 399 },
  ready: {
    loadbalancer: { tcp: 80 },
    frontend: { tcp: 80 },
    // The one of its three ports that no fault touches.
    backend: { tcp: 9000 },
    redis: { log: /Ready to accept connections/ },
    prometheus: { http: '/-/ready', port: 9090 },
    alertmanager: { http: '/-/ready', port: 9093 },
  },
  reload: { loadbalancer: NGINX_RELOAD },
  signIn: withLocalStorage({ 'veloflux.token': TOKEN }),
  data: dataState(),
  channels: {
    backends: endpoint('backends'),
    metrics: endpoint('metrics'),
    status: endpoint('status'),
    ai: endpoint('ai', 'backends'),
    security: endpoint('security', 'backends'),
    billing: endpoint('billing', 'backends'),
    health: endpoint('health', 'backends'),
    'after-silence': afterSilence,
    vanilla,
    alerts,
  },
  graceMs: 1000,
  // Scrape, rule and AlertManager's wait follow one another.
  controlMs: 5000,
});
