/** The guide, sentence by sentence. */
import { quotedClaims, shows } from 'sintoma';
import { guide } from './blocks.ts';
import { PROXIES } from './expected.ts';

const claim = quotedClaims('gateways', 'gateways');
const sections = {
  nginx: guide.section('nginx'),
  traefik: guide.section('Traefik'),
  caddy: guide.section('Caddy'),
  haproxy: guide.section('HAProxy'),
  apache: guide.section('Apache'),
} as const;
const { nginx, traefik, caddy, haproxy, apache } = sections;

const BY_ITSELF = 'With the block as it stands, which names none of it, all five ways are live.';
const NO_ROUTE = 'Each of the five ways gets 404, and no message is shown.';
const UPGRADE = 'Handshakes get 426 and 400; polling, Server-Sent Events and the POST show their messages at once.';
const HOST = 'Handshakes get 403 and 400, the POST 403; requests without an Origin are answered.';
const DOWN = 'The page loads, and each of the five ways gets this status.';

export default [
  claim(
    '01',
    guide.quote('`page:3000` serves the page; `app:3000` serves what is live'),
    'holds',
    'The page loads while the application does not run, and what is live does not come from the program of the page.',
    ...PROXIES.flatMap((proxy) => [shows(`${proxy}-app-stopped`), shows(`${proxy}-without-route`)]),
  ),

  claim('02', nginx.quote('Without a `location` for `/live/`'), 'holds', NO_ROUTE, shows('nginx-without-route')),
  claim(
    '03',
    nginx.quote('Without `proxy_set_header Upgrade`, no WebSocket opens'),
    'holds',
    UPGRADE,
    shows('nginx-without-upgrade'),
  ),
  claim(
    '04',
    nginx.quote('Without `proxy_set_header Connection`, the same is seen.'),
    'holds',
    UPGRADE,
    shows('nginx-without-connection'),
  ),
  claim(
    '05',
    nginx.quote(
      "Without `proxy_set_header Host`, the application is asked by another name than the page's. One that compares Origin with Host",
    ),
    'holds',
    HOST,
    shows('nginx-without-host'),
  ),
  claim(
    '06',
    nginx.quote('nginx 1.26 speaks HTTP/1.0 to the application. Node opens WebSockets all the same'),
    'holds',
    'All five ways are live without the line.',
    shows('nginx-speaks-http-1.0'),
  ),
  claim(
    '07',
    nginx.quote('waits in a buffer of nginx, with no error in the console. WebSockets are not buffered.'),
    'holds',
    'Both requests have no answer yet, the console is empty, and their messages show after a reload.',
    shows('nginx-buffers'),
  ),
  claim(
    '08',
    nginx.quote('a body above 1 MB is answered 413.'),
    'holds',
    'A POST of 1.2 MB is answered so; the other ways are live.',
    shows('nginx-limits-bodies'),
  ),
  claim('09', nginx.quote('all that is live is answered 502.'), 'holds', DOWN, shows('nginx-app-stopped')),

  claim('10', traefik.quote('without being told.'), 'holds', BY_ITSELF, shows('traefik')),
  claim('11', traefik.quote('Without a router for `/live/`'), 'holds', NO_ROUTE, shows('traefik-without-route')),
  claim('12', traefik.quote('all that is live is answered 502.'), 'holds', DOWN, shows('traefik-app-stopped')),

  claim('13', caddy.quote('without being told.'), 'holds', BY_ITSELF, shows('caddy')),
  claim('14', caddy.quote('Without a `handle` for `/live/*`'), 'holds', NO_ROUTE, shows('caddy-without-route')),
  claim(
    '15',
    caddy.quote('Write `handle`, which passes the path on as it is. `handle_path` cuts `/live` off'),
    'holds',
    'With the one all five ways are live, with the other each gets 404, and /live/live/ws would open.',
    shows('caddy'),
    shows('caddy-strips-prefix'),
  ),
  claim('16', caddy.quote('all that is live is answered 502.'), 'holds', DOWN, shows('caddy-app-stopped')),

  claim('17', haproxy.quote('without being told.'), 'holds', BY_ITSELF, shows('haproxy')),
  claim('18', haproxy.quote('Without `use_backend live`'), 'holds', NO_ROUTE, shows('haproxy-without-route')),
  claim(
    '19',
    haproxy.quote('all that is live is answered 503, and not 502.'),
    'holds',
    DOWN,
    shows('haproxy-app-stopped'),
  ),

  claim('20', apache.quote('without being told.'), 'holds', BY_ITSELF, shows('apache')),
  claim('21', apache.quote('Without `ProxyPass /live/`'), 'holds', NO_ROUTE, shows('apache-without-route')),
  claim(
    '22',
    apache.quote('Apache takes the first `ProxyPass` that fits. Put `/live/` before `/`'),
    'holds',
    NO_ROUTE,
    shows('apache'),
    shows('apache-route-too-late'),
  ),
  claim(
    '23',
    apache.quote(
      'Write `/live/` at the end of both, the path and the address. Without it in the address, Apache cuts it off',
    ),
    'holds',
    'Each of the five ways gets 404, and /live/live/ws would open.',
    shows('apache'),
    shows('apache-strips-prefix'),
  ),
  claim(
    '24',
    apache.quote(
      'Without `upgrade=websocket`, no WebSocket opens: the application answers 426, and Socket.IO answers 400. What needs no WebSocket',
    ),
    'holds',
    UPGRADE,
    shows('apache-without-upgrade'),
  ),
  claim(
    '25',
    apache.quote('Without `ProxyPreserveHost On`, the application is asked as `app:3000`. One that compares'),
    'holds',
    HOST,
    shows('apache-without-host'),
  ),
  claim(
    '26',
    apache.quote('all that is live is answered 503, and not 502.'),
    'holds',
    DOWN,
    shows('apache-app-stopped'),
  ),

  claim(
    '27',
    guide.section('All five').quote('they say `net::ERR_CERT_DATE_INVALID`.'),
    'holds',
    'The document itself is refused so, and nothing else is asked.',
    ...PROXIES.map((proxy) => shows(`${proxy}-certificate-expired`)),
  ),
  claim(
    '28',
    guide
      .section('All five')
      .quote('When it is for another name, they say `net::ERR_CERT_COMMON_NAME_INVALID`; but Traefik presents one'),
    'holds',
    'The document is refused so; behind Traefik because nobody knows who signed what it presents.',
    ...PROXIES.map((proxy) => shows(`${proxy}-certificate-for-another-name`)),
  ),
  claim(
    '29',
    guide.section('All five').quote('When it signs itself, they say'),
    'holds',
    'The document itself is refused so, and nothing else is asked.',
    ...PROXIES.map((proxy) => shows(`${proxy}-certificate-untrusted`)),
  ),
  claim(
    '30',
    guide.section('All five').quote('When a block names a port at which nothing listens'),
    'holds',
    'Each of the five ways gets the status that it gets when the application is stopped.',
    ...PROXIES.map((proxy) => shows(`${proxy}-wrong-port`)),
  ),

  claim(
    '31',
    nginx.quote('Write no slash behind `http://$app`. With a variable in the address'),
    'holds',
    NO_ROUTE,
    shows('nginx-replaces-path'),
  ),
  claim(
    '32',
    nginx.quote('With `proxy_read_timeout 2s`, nginx ends what says nothing for two seconds'),
    'holds',
    'Every socket is closed so, both streams end so, and what is said then shows after a reload.',
    shows('nginx-ends-what-is-idle'),
  ),
  claim(
    '33',
    traefik.quote('Traefik limits bodies by its `buffering` middleware, which collects answers as well'),
    'holds',
    'A POST of 1.2 MB gets 413, and the Server-Sent Events get no answer; WebSockets and polling are live.',
    shows('traefik-limits-bodies'),
  ),
  claim(
    '34',
    caddy.quote('is answered 502 by Caddy 2.6, and not 413'),
    'holds',
    'A POST of 1.2 MB is answered so; the other ways are live.',
    shows('caddy-limits-bodies'),
  ),
  claim(
    '35',
    haproxy.quote('end with `net::ERR_HTTP2_PROTOCOL_ERROR`. WebSockets stay open.'),
    'holds',
    'Both streams end so while the three sockets are open.',
    shows('haproxy-ends-idle-streams'),
  ),
  claim(
    '36',
    apache.quote('`LimitRequestBody` does not limit what Apache passes on.'),
    'holds',
    'A POST of 1.2 MB is answered where the limit is 1 MB.',
    shows('apache-limits-bodies'),
  ),
  claim(
    '37',
    guide.section('All five').quote('When a proxy asks for a password before what is live, all of it is answered 401'),
    'holds',
    'The page loads, each request gets this status, and no handshake succeeds.',
    ...PROXIES.map((proxy) => shows(`${proxy}-asks-for-a-password`)),
  ),
  claim(
    '38',
    guide.section('All five').quote('When it redirects to a sign-in page, each WebSocket fails with 302'),
    'holds',
    'Handshakes fail so, requests get the page to which they are led, and no message is shown.',
    ...PROXIES.map((proxy) => shows(`${proxy}-redirects`)),
  ),
  claim(
    '39',
    guide.section('All five').quote('Compressed event streams come through at once. WebSockets do without extensions.'),
    'holds',
    'All five ways are live with either.',
    ...PROXIES.flatMap((proxy) => [shows(`${proxy}-compresses`), shows(`${proxy}-hides-extensions`)]),
  ),
];
