/** Pages of several shapes: other hosts, workers, frames, and messages that do not come. Their author knew no rule; the rules were mended by them since. */
import http from 'node:http';
import { plain, queryOf } from './blind-servers.ts';
import { html, rawPage, ssePage } from './pages.ts';
import { nginx, UPGRADE } from './proxies.ts';
import { Chat, endpoint, json, routeOthers, routes, stream, textOf } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'app.example.test';
const HOME = `http://${HOST}/`;

const script =
  (text: string): http.RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(text);

/** A server of raw WebSockets at one path, and of what else it has. */
function liveServer(where: string, listener: http.RequestListener, server = http.createServer(listener)): http.Server {
  endpoint(server, where, (socket) => {
    new Chat().join(socket);
  });
  routeOthers(server, [where], listener);
  return server;
}

export const blindPages: readonly Unseen[] = [
  {
    name: 'container did not fill in the template of its settings, so the address is still the name of a variable in braces',
    expect: 'bundle-variable-unset',
    async start(world) {
      const page = html(
        `try {
  const socket = new WebSocket(window.env.WS_URL);
  socket.onopen = () => state('connected');
  socket.onclose = () => state('live updates are off');
} catch { state('live updates are off'); }`,
        { head: '<script src="/env.js"></script>' },
      );
      const listener = routes({
        '/env.js': script('window.env = { TITLE: "Order desk", WS_URL: "${WS_URL}" };\n'),
        '*': page,
      });
      world.route(HOST, 80, await world.listen(liveServer('/live', listener)));
      return { url: HOME };
    },
  },
  {
    name: 'page takes its data from the host of the programs and its socket from the host of the advertising',
    expect: 'bundle-wrong-host',
    async start(world) {
      const { port: page } = await world.http(
        routes({
          '/': rawPage("'ws://www.example.test/v1/live'", {
            more: "fetch('http://api.example.test/v1/orders').then((answer) => answer.json()).then((all) => all.forEach(show));",
          }),
        }),
      );
      world.route(HOST, 80, page);
      const cors = { 'Access-Control-Allow-Origin': '*' };
      const programs = routes({
        '/v1/orders': json(['order 1', 'order 2'], 200, cors),
        '*': json({ error: 'no_such_resource' }, 404, cors),
      });
      world.route('api.example.test', 80, await world.listen(liveServer('/v1/live', programs)));
      const { port: site } = await world.http(
        routes({
          '/': html('', { title: 'Example: orders made easy' }),
          '*': (_request, response) =>
            void response.writeHead(404, { 'Content-Type': 'text/html' }).end(html('', { title: 'Page not found' })),
        }),
      );
      world.route('www.example.test', 80, site);
      return { url: HOME };
    },
  },
  {
    name: 'port in the page is that of Grafana, which asks everybody to sign in',
    expect: 'bundle-wrong-port',
    async start(world) {
      const pages = routes({ '/': rawPage("'ws://' + location.hostname + ':3000/live'") });
      world.route(HOST, 80, await world.listen(liveServer('/live', pages)));
      const { port } = await world.http(
        routes({
          '/login': html('', { title: 'Grafana' }),
          '/api/health': json({ database: 'ok', version: '11.1.0' }),
          '*': (_request, response) =>
            void response.writeHead(302, { Location: '/login', 'Cache-Control': 'no-store' }).end(),
        }),
      );
      world.route(HOST, 3000, port);
      return { url: HOME };
    },
  },
  {
    name: 'clock in a page draws it anew four times a second, and each time it opens its event stream again',
    expect: 'client-effect-churn',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html(`let source;
function render() {
  state(new Date().toLocaleTimeString());
  source?.close();
  source = new EventSource('/feed');
  source.onmessage = ({ data }) => { document.title = data; };
}
setInterval(render, 250);
render();`),
          '/feed': stream(),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'wall of eight frames, each with an event stream of its own from one host',
    expect: 'connection-limit',
    async start(world) {
      const frames = Array.from({ length: 8 }, (_value, index) => `<iframe src="/widget?id=${index}"></iframe>`);
      const { port: page } = await world.http(
        routes({
          '/': html("state('eight boards');", { body: frames.join('') }),
          '/widget': ssePage("'http://feed.example.test/events' + location.search"),
        }),
      );
      world.route(HOST, 80, page);
      const { port } = await world.http((request, response) => {
        response.setHeader('Access-Control-Allow-Origin', '*');
        stream()(request, response);
      });
      world.route('feed.example.test', 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'name of the sockets leads to a seller of names, which shows its offer for every path',
    expect: 'dns-wrong-host',
    async start(world) {
      const { port: page } = await world.http(routes({ '/': rawPage("'ws://feed.example.test/live'") }));
      world.route(HOST, 80, page);
      const offer = '<p>feed.example.test is parked free of charge. The owner may sell it. Enquire now.</p>';
      const { port } = await world.http(
        (_request, response) =>
          void response
            .writeHead(200, { 'Content-Type': 'text/html', Server: 'openresty', 'X-Domain-Parking': '1' })
            .end(html('', { title: 'feed.example.test', body: offer })),
      );
      world.route('feed.example.test', 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'event stream says order_created and the page waits for order-created',
    expect: 'event-name-mismatch',
    async start(world) {
      const open = new Set<http.ServerResponse>();
      const { port } = await world.http(
        routes({
          '/': html(`const source = new EventSource('/feed');
source.addEventListener('ready', () => state('connected'));
source.addEventListener('order-created', ({ data }) => show(JSON.parse(data).text));`),
          '/feed': (_request, response) => {
            response.writeHead(200, { 'Content-Type': 'text/event-stream' });
            response.write('event: ready\ndata: {}\n\n');
            open.add(response);
            response.once('close', () => open.delete(response));
          },
          '/say': (request, response) => {
            const data = JSON.stringify({ text: queryOf(request).get('text') });
            for (const each of open) each.write(`event: order_created\ndata: ${data}\n\n`);
            json({ ok: true })(request, response);
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'Spring takes the message, sends nothing to those who subscribed by STOMP, and its actuator is down for its rabbit',
    expect: 'broker-down',
    async start(world) {
      const up = { status: 'UP' };
      const rabbit = {
        status: 'DOWN',
        details: {
          error: 'org.springframework.amqp.AmqpConnectException: java.net.ConnectException: Connection refused',
        },
      };
      const unknown = { timestamp: '2025-07-20T10:00:00.000+00:00', status: 404, error: 'Not Found' };
      const { server, port } = await world.http(
        routes({
          '/': html(`const socket = new WebSocket('ws://' + location.host + '/stomp', ['v12.stomp', 'v11.stomp']);
socket.onopen = () => socket.send('CONNECT\\naccept-version:1.2,1.1\\nhost:crew\\nheart-beat:0,0\\n\\n\\0');
socket.onmessage = ({ data }) => {
  if (data.startsWith('CONNECTED')) { state('connected'); socket.send('SUBSCRIBE\\nid:sub-0\\ndestination:/topic/shifts\\n\\n\\0'); }
  if (data.startsWith('MESSAGE')) show(JSON.parse(data.split('\\n\\n')[1].replace('\\0', '')).text);
};`),
          '/say': json({ id: 41 }),
          '/actuator/health': json({ status: 'DOWN', components: { db: up, ping: up, rabbit } }, 503),
          '*': (request, response) => {
            json({ ...unknown, path: request.url }, 404)(request, response);
          },
        }),
      );
      endpoint(server, '/stomp', (socket) => {
        socket.on('message', (data) => {
          if (textOf(data).startsWith('CONNECT')) socket.send('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0');
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'messages are taken, nobody gets them, and nothing outside tells what became of them',
    expect: 'inconclusive',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/live'"), '/say': plain(200, 'OK') }),
      );
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'host of the sockets is behind the single sign-on of the house, and the page on another host is open to all',
    expect: 'proxy-auth-gate',
    async start(world) {
      const { port: page } = await world.http(routes({ '/': rawPage("'ws://stream.example.test/ws'") }));
      world.route(HOST, 80, page);
      const { port: sso } = await world.http(
        routes({
          '/oauth2/auth': plain(401, 'Unauthorized\n'),
          '/oauth2/start': html('', { title: 'Sign in to continue' }),
        }),
      );
      world.route('sso.example.test', 80, sso);
      const { server, port } = await world.http(routes({ '/status': json({ ok: true }) }));
      endpoint(server, '/ws', (socket) => {
        new Chat().join(socket);
      });
      const front = `location = /auth { internal; proxy_pass http://127.0.0.1:${sso}/oauth2/auth; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
location / { auth_request /auth; error_page 401 = @login; ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }
location @login { return 302 http://sso.example.test/oauth2/start?rd=$scheme://$host$request_uri; }`;
      world.route('stream.example.test', 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'nginx hangs up on every name that it does not know, and the new name of the sockets is such a one',
    expect: 'proxy-host-unknown',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage("'ws://push.example.test/live'") }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const front = await nginx(
        world,
        `server { listen 127.0.0.1:%p default_server; server_name _; return 444; }
server { listen 127.0.0.1:%p; server_name ${HOST}; location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; } }`,
      );
      world.route(HOST, 80, front);
      world.route('push.example.test', 80, front);
      return { url: HOME };
    },
  },
];
