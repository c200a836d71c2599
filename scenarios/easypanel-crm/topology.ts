import { createHmac } from 'node:crypto';
import {
  anyOf,
  type Channel,
  type ControlSubscriber,
  dataState,
  type FrameExpectation,
  insideTestId,
  json,
  postJson,
  type Published,
  type Reach,
  type Recorded,
  type Shape,
  subscribeSocketIo,
  topology,
  withLocalStorage,
} from 'sintoma';

/** The secret that compose/easypanel-crm gives the backend, and the other one of faults/token-rejected.yaml. */
const SECRET = 'crm-secret-for-tests';
const OTHER_SECRET = 'another-secret-for-tests';

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A token as the backend's login signs it. */
function tokenSignedBy(secret: string): string {
  const user = { sub: '1', email: 'demo@crm.seu-dominio.com', tenantId: 'demo' };
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(user)}`;
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

export const TOKEN = tokenSignedBy(SECRET);

interface Address {
  host: string;
  port: number;
}

/** Each replica of the backend, straight, without Traefik. */
function replicas(reach: Reach): Address[] {
  const address = (service: string): Address => {
    try {
      // Published only where faults/backend-port-mismatch.yaml has the backend listen there.
      return reach.at(service, 3001);
    } catch {
      return reach.at(service, 3000);
    }
  };
  return ['backend', 'backend2'].filter((service) => reach.runs(service)).map(address);
}

/** Subscribers at every replica, with either secret: a rejected one is let in, sent away and gets nothing. */
async function subscribeEverywhere(reach: Reach, namespace: string): Promise<ControlSubscriber> {
  const subscribers = await Promise.all(
    replicas(reach).flatMap((address) =>
      [SECRET, OTHER_SECRET].map((secret) =>
        subscribeSocketIo({ ...address, namespace, auth: { token: tokenSignedBy(secret) } }),
      ),
    ),
  );
  return anyOf(subscribers);
}

/** True when the page has joined a namespace on the transport by which its events are to come. */
function joined({ sockets, requests }: Recorded, namespace: string, way: string): boolean {
  const answer = `40${namespace},`;
  const polled = requests.some(({ body }) => body?.includes(answer));
  if (way === 'polling') return polled;
  // Until the last poll is over, an event may still come by it.
  if (requests.some(({ url, finishedAt }) => url.includes('transport=polling') && finishedAt === undefined))
    return false;
  return sockets.some(({ openedAt, closedAt, frames }) => {
    if (openedAt === undefined || closedAt !== undefined) return false;
    if (frames.some(({ direction, text }) => direction === 'received' && text.startsWith(answer))) return true;
    // The last word of the change from polling: from then on everything comes by the socket.
    return polled && frames.some(({ direction, text }) => direction === 'sent' && text === '5');
  });
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** An event of Socket.IO with one thing in it. */
const event = (namespace: string, name: string, thing: { readonly [key: string]: Shape }): FrameExpectation =>
  json([name, { id: String, ...thing }], `42/${namespace},`);

interface Way {
  namespace: string;
  path: string;
  body: (nonce: string) => object;
  /** The frame in which it arrives. */
  frame: FrameExpectation;
  /** The element (data-testid) in which the page shows it. */
  list: string;
  /** How long nothing is said before it is published. */
  silenceMs?: number;
}

/** Something new, reported to the backend's own API. Where there are several replicas, each one has its turn. */
function channel({ namespace, path, body, frame, list, silenceMs = 0 }: Way): Channel {
  let published = 0;
  return {
    shows: insideTestId(list),
    async publish(reach, nonce): Promise<Published> {
      await new Promise((resolve) => setTimeout(resolve, silenceMs));
      const turns = replicas(reach);
      const { host, port } = turns[published++ % turns.length] as Address;
      return postJson(`http://${host}:${port}${path}`, body(nonce), TOKEN);
    },
    control: (reach) => subscribeEverywhere(reach, namespace),
    subscribed: (recorded, way) => joined(recorded, namespace, way),
    frame,
  };
}

/** A customer writes by WhatsApp; the provider calls the webhook. It is the customer of the first conversation. */
const whatsapp: Way = {
  namespace: '/messages',
  path: '/webhook/whatsapp',
  body: (text) => ({ from: '+5511900000001', text }),
  frame: event('messages', 'message:new', { conversationId: '1', direction: 'in', text: String, at: TIME }),
  list: 'messages',
};

export default topology({
  compose: '../../compose/easypanel-crm/compose.yaml',
  faults: '../../compose/easypanel-crm/faults',
  documents: { 'easypanel-crm': 189 },
  ready: {
    // Until its routes are in place it hangs up or answers 404; its log names them a moment too early.
    traefik: { http: '/icon.svg', port: 443, tls: 'crm.seu-dominio.com', status: 200 },
    frontend: { log: /Ready in/ },
    backend: { log: /CRM pronto/ },
    backend2: { log: /CRM pronto/ },
    redis: { log: /Ready to accept connections/ },
  },
  reload: { traefik: 'restart' },
  signIn: withLocalStorage({ 'crm.token': TOKEN }),
  data: dataState(),
  channels: {
    messages: channel(whatsapp),
    scheduler: channel({
      namespace: '/scheduler',
      path: '/scheduler',
      body: (title) => ({ title }),
      frame: event('scheduler', 'scheduler:new', { title: String, at: TIME }),
      list: 'appointments',
    }),
    attendances: channel({
      namespace: '/attendances',
      path: '/attendances',
      body: (customer) => ({ customer }),
      frame: event('attendances', 'attendance:new', { customer: String, openedAt: TIME }),
      list: 'attendances',
    }),
    // Longer than a timeout that was scaled to 1 s, than Socket.IO's 20 s, and than the 60 s that the document names.
    'after-3-seconds': channel({ ...whatsapp, silenceMs: 3000 }),
    'after-25-seconds': channel({ ...whatsapp, silenceMs: 25_000 }),
    'after-65-seconds': channel({ ...whatsapp, silenceMs: 65_000 }),
  },
});
