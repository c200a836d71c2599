import { request } from 'undici';
import { Inbox, type ControlSubscriber } from '../../harness/delivery/control.ts';
import { subscribeWebSocket } from '../../harness/delivery/websocket.ts';
import { topology } from '../../harness/expectations/define.ts';
import type { Channel, Published } from '../../harness/expectations/scenario.ts';
import type { Reach } from '../../harness/topology/stack.ts';

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
async function addBackend(reach: Reach, name: string, more: object = {}): Promise<Published> {
  const { host, port } = reach.at('loadbalancer', 80);
  const { statusCode, body } = await request(`http://${host}:${port}/api/backends`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, ...more }),
  });
  await body.dump();
  return { ok: statusCode === 201, status: statusCode };
}

/** Nothing is published without the backend and its store. */
const runs = (reach: Reach): boolean => reach.runs('backend') && reach.runs('redis');

const subscribe = (reach: Reach, endpoint: string): Promise<ControlSubscriber> =>
  subscribeWebSocket({ url: `ws://${entry(reach)}/api/ws/${endpoint}`, confirmed: /"type":"connected"/ });

/**
 * A documented endpoint, as its own card of the dashboard shows it. All endpoints that exist carry every update, so
 * what an endpoint that does not exist would carry is read from one that does.
 */
const endpoint = (name: string, control = name): Channel => ({
  messages: `messages-${name}`,
  publish: (reach, nonce) => addBackend(reach, nonce),
  control: (reach) => (runs(reach) ? subscribe(reach, control) : 'no broker'),
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
const vanilla: Channel = { ...endpoint('metrics'), messages: 'messages' };

/** Reads what AlertManager holds until it is told to stop: the alert fired, whoever hears of it. */
function subscribeAlertManager(reach: Reach): ControlSubscriber {
  const { host, port } = reach.at('alertmanager', 9093);
  const inbox = new Inbox();
  const timer = setInterval(() => {
    request(`http://${host}:${port}/api/v2/alerts`)
      .then(({ body }) => body.text())
      .then((text) => inbox.add(text))
      .catch(() => undefined); // It may be starting: the next reading tells.
  }, 100);
  return {
    received: (nonce, timeoutMs) => inbox.received(nonce, timeoutMs),
    close: async () => clearInterval(timer),
  };
}

/**
 * A backend that is down: Prometheus scrapes it, the rule fires, AlertManager posts to the receiver, the page shows it.
 * The text is in its address, which no frame carries but the alert's.
 */
const alerts: Channel = {
  messages: 'alerts',
  publish: (reach, nonce) => addBackend(reach, 'vigiado', { url: `http://${nonce}:8000`, status: 'down' }),
  control: async (reach) => subscribeAlertManager(reach),
};

export default topology({
  name: 'veloflux',
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
  session: { 'veloflux.token': TOKEN },
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
  messages: 'messages-backends',
  graceMs: 1000,
  // Scrape, rule and AlertManager's wait follow one another.
  controlMs: 5000,
});
