import { html, rawPage } from './pages.ts';
import { nginx, pemFiles, UPGRADE } from './proxies.ts';
import { relay } from './relays.ts';
import { Chat, answerPlainly, endpoint, routes } from './servers.ts';
import type { Unseen } from './unseen.ts';
import { WebSocketServer } from 'ws';

const HOST = 'admin.example.test';
const HOME = `https://${HOST}/`;

/** TLS ends at a proxy, and the backend builds its own origin as if it were spoken to by http. */
export const tlsEnds: readonly Unseen[] = [
  {
    name: 'console with a subprotocol that demands the origin of its own host by http',
    expect: 'ws-origin-rejected',
    async start(world, authority) {
      const page =
        html(`const connect = () => { const socket = new WebSocket('wss://' + location.host + '/console/socket', 'console1');
socket.onopen = () => state('connected'); socket.onclose = () => setTimeout(connect, 1500); }; connect();`);
      const { server, port } = await world.http(routes({ '/': page }));
      const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => false });
      // It names its subprotocol whether it was offered or not.
      sockets.on('headers', (headers) => headers.push('Sec-WebSocket-Protocol: console1'));
      server.on('upgrade', (request, socket, head) => {
        const { origin, host } = request.headers;
        if (origin === `http://${host}`)
          sockets.handleUpgrade(request, socket, head, (client) => {
            client.send('\n{"command":"init"}');
          });
        else
          answerPlainly(request, socket, (_q, r) => {
            r.writeHead(403, { 'Content-Type': 'text/html' }).end(
              '<html><head><title>Forbidden</title></head><body>Forbidden</body></html>',
            );
          });
      });
      const files = pemFiles(world, (await authority?.issue([HOST])) ?? { cert: '', key: '' });
      const at = await nginx(
        world,
        `server { listen 127.0.0.1:%p ssl; ssl_certificate ${files.cert}; ssl_certificate_key ${files.key}; location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; } }`,
      );
      world.route(HOST, 443, at);
      return { url: HOME };
    },
  },
  {
    name: 'editor that compares the origin with scheme and host, and a relay that tells no scheme',
    expect: 'ws-origin-rejected',
    async start(world, authority) {
      const { server, port } = await world.http(routes({ '/': rawPage("'wss://' + location.host + '/push?id=12'") }));
      endpoint(
        server,
        '/push',
        (socket) => {
          new Chat().join(socket);
        },
        {
          verifyClient: ({ req }, accept) => {
            accept(req.headers.origin === `http://${req.headers.host}`, 400, 'Invalid origin');
          },
        },
      );
      world.route(HOST, 443, await relay(world, port, { tls: await authority?.issue([HOST]) }));
      return { url: HOME };
    },
  },
];
