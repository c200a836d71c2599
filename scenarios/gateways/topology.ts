import {
  type Channel,
  HAPROXY_RELOAD,
  insideTestId,
  json,
  NGINX_RELOAD,
  postJson,
  publishedAt,
  type Recorded,
  subscribeWebSocket,
  topology,
  type Way as Shown,
} from 'sintoma';
import { apache, caddy, haproxy, nginx, PLACES, traefik } from './blocks.ts';
import { edits } from './edits.ts';
import { MATRIX } from './matrix.ts';

type Way = 'ws' | 'io-websocket' | 'io-polling' | 'sse' | 'stream';

/** The page takes part in a way: its server has said so on it. */
const TAKES_PART: Record<Way, (recorded: Recorded, how: Shown) => boolean> = {
  ws: ({ sockets }) => opened(sockets, (url) => url.endsWith('/live/ws'), '"open":true'),
  'io-websocket': ({ sockets }) =>
    opened(sockets, (url) => url.includes('/live/socket.io/') && !url.includes('sid='), '40{'),
  // Upgraded: the probe was answered, and what is left of polling ends with it. Where it goes on polling, the first poll
  // of its session was answered, and it has asked again.
  'io-polling': ({ sockets, requests }, how) =>
    how === 'polling'
      ? requests.filter(
          ({ method, url }) => method === 'GET' && url.includes('/live/socket.io/') && url.includes('sid='),
        ).length > 1
      : opened(sockets, (url) => url.includes('sid='), '3probe'),
  sse: ({ requests }) => requests.some(({ url, events }) => url.endsWith('/live/events') && (events?.length ?? 0) > 0),
  stream: ({ requests }) => requests.some(({ url, events }) => url.endsWith('/live/chat') && (events?.length ?? 0) > 0),
};

const opened = (sockets: Recorded['sockets'], isIt: (url: string) => boolean, said: string): boolean =>
  sockets.some(
    ({ url, closedAt, frames }) =>
      isIt(url) &&
      closedAt === undefined &&
      frames.some(({ direction, text }) => direction === 'received' && text.includes(said)),
  );

const channel = (way: Way): Channel => ({
  publish: (reach, text) =>
    reach.runs('app')
      ? postJson(`${publishedAt(reach, 'app', 3000)}/live/publish`, { way, text })
      : Promise.resolve({ ok: false, detail: 'the application does not run' }),
  control: (reach) =>
    reach.runs('app')
      ? subscribeWebSocket({ url: `${publishedAt(reach, 'app', 3000, 'ws')}/live/all`, confirmed: /"open":true/ })
      : 'no broker',
  shows: insideTestId(way),
  subscribed: TAKES_PART[way],
});

const ready = (name: string) => ({ http: '/', port: 443, tls: `${name}.example.test`, status: 200 });

export default topology({
  compose: '../../compose/gateways/compose.yaml',
  faults: '../../compose/gateways/faults',
  files: {
    [PLACES.nginx]: nginx,
    [PLACES.traefik]: traefik,
    [PLACES.caddy]: caddy,
    [PLACES.haproxy]: haproxy,
    [PLACES.apache]: apache,
  },
  edits,
  // Five answers to one question: who reads one section has that proxy, and no other.
  separateHosts: true,
  ready: {
    page: { log: /the page is served/ },
    app: { log: /the application is live/ },
    nginx: ready('nginx'),
    traefik: ready('traefik'),
    caddy: ready('caddy'),
    haproxy: ready('haproxy'),
    apache: ready('apache'),
  },
  reload: { nginx: NGINX_RELOAD, haproxy: HAPROXY_RELOAD, traefik: 'restart', caddy: 'restart', apache: 'restart' },
  variants: { by: 'proxy', rows: MATRIX },
  channels: {
    ws: { ...channel('ws'), frame: json({ way: 'ws', text: String }) },
    'io-websocket': channel('io-websocket'),
    'io-polling': channel('io-polling'),
    sse: channel('sse'),
    stream: channel('stream'),
  },
});
