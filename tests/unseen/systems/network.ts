import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { caddy, pemFiles } from './proxies.ts';
import { html, rawPage } from './pages.ts';
import { Chat, endpoint, go404, json, routes } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { Authority, World } from './world.ts';

const HOST = 'desk.example.test';
const RT = 'rt.example.test';
const HOME = `http://${HOST}/`;

/** A proxy that has a route for some names and a certificate for none; the application answers 404 outside of its socket. */
async function defaultCertificate(
  world: World,
  authority: Authority | undefined,
  known: readonly string[],
): Promise<{ url: string }> {
  world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'wss://${RT}/live'`) }))).port);
  const application = routes({});
  const server = https.createServer(
    (await authority?.issue(['TRAEFIK DEFAULT CERT'], { selfSigned: true })) ?? {},
    (request, response) => {
      (known.includes(request.headers.host ?? '') ? application : go404)(request, response);
    },
  );
  if (known.includes(RT))
    endpoint(server, '/live', (socket) => {
      new Chat().join(socket);
    });
  world.route(RT, 443, await world.listen(server));
  return { url: HOME };
}

/** Names, ports and TLS. */
export const network: readonly Unseen[] = [
  {
    name: 'socket host without a record',
    expect: 'dns-no-record',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'ws://${RT}/live'`) }))).port);
      return { url: HOME };
    },
  },
  {
    name: 'page host without a record',
    expect: 'dns-no-record',
    start: () => Promise.resolve({ url: 'http://nowhere.example.test/' }),
  },
  {
    name: 'page host where nothing answers',
    expect: 'dns-wrong-host',
    async start(world) {
      world.route(HOST, 80, await world.closedPort());
      world.route(HOST, 443, await world.closedPort());
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'socket host with somebody’s parking page',
    expect: 'dns-wrong-host',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'ws://${RT}/live'`) }))).port);
      const parked = await world.http(
        (_q, r) =>
          void r
            .writeHead(200, { 'Content-Type': 'text/html' })
            .end('<html><title>rt.example.test</title><body>This domain is parked. Buy this domain.</body></html>'),
      );
      world.route(RT, 80, parked.port);
      return { url: HOME };
    },
  },
  {
    name: 'port that nobody opened',
    expect: 'edge-port-closed',
    async start(world) {
      world.route(
        HOST,
        80,
        (await world.http(routes({ '/': rawPage(`'ws://${HOST}:6001/live'`), '/api/orders': json([]) }))).port,
      );
      world.route(HOST, 6001, await world.closedPort());
      return { url: HOME };
    },
  },
  {
    name: 'port that accepts and drops',
    expect: 'edge-port-unserved',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'ws://${HOST}:6001/live'`) }))).port);
      world.route(HOST, 6001, await world.listen(net.createServer((socket) => socket.resetAndDestroy())));
      return { url: HOME };
    },
  },
  {
    name: 'TLS port that accepts and hangs up',
    expect: 'edge-port-unserved',
    async start(world) {
      world.route(HOST, 443, await world.listen(net.createServer((socket) => socket.end())));
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'port that never says a word',
    expect: 'edge-silent',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'ws://${RT}:7000/live'`) }))).port);
      world.route(RT, 7000, await world.listen(net.createServer(() => undefined)));
      return { url: HOME };
    },
  },
  {
    name: 'plain site, page opens wss',
    expect: 'tls-port-closed',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage("'wss://' + location.host + '/live'") }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, port);
      world.route(HOST, 443, await world.closedPort());
      return { url: HOME };
    },
  },
  {
    name: 'certificate that signs itself',
    expect: 'tls-certificate-untrusted',
    async start(world, authority) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'wss://${RT}/live'`) }))).port);
      const server = https.createServer((await authority?.issue([RT], { selfSigned: true })) ?? {}, routes({}));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(RT, 443, await world.listen(server));
      return { url: HOME };
    },
  },
  {
    name: 'default certificate for a name that the proxy knows, application without a page',
    expect: 'tls-certificate-untrusted',
    start: (world, authority) => defaultCertificate(world, authority, [RT]),
  },
  {
    name: 'default certificate for a name that the proxy does not know',
    expect: 'proxy-host-unknown',
    start: (world, authority) => defaultCertificate(world, authority, []),
  },
  {
    name: 'certificate of another name',
    expect: 'tls-certificate-name',
    async start(world, authority) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'wss://${RT}/live'`) }))).port);
      const server = https.createServer((await authority?.issue(['shop.example.test'])) ?? {}, routes({}));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(RT, 443, await world.listen(server));
      return { url: HOME };
    },
  },
  {
    name: 'certificate of last month, on the page itself',
    expect: 'tls-certificate-expired',
    async start(world, authority) {
      const server = https.createServer(
        (await authority?.issue([HOST], { expired: true })) ?? {},
        routes({ '/': html('') }),
      );
      world.route(HOST, 443, await world.listen(server));
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'certificate of last month, on the API',
    expect: 'tls-certificate-expired',
    async start(world, authority) {
      world.route(
        HOST,
        80,
        (
          await world.http(
            routes({
              '/': html("fetch('https://api.example.test/orders').then(() => state('ok'), () => state('failed'))"),
            }),
          )
        ).port,
      );
      const server = https.createServer(
        (await authority?.issue(['api.example.test'], { expired: true })) ?? {},
        routes({ '/orders': json([], 200, { 'Access-Control-Allow-Origin': '*' }) }),
      );
      world.route('api.example.test', 443, await world.listen(server));
      return { url: HOME };
    },
  },
  {
    name: 'wss to a plain port',
    expect: 'tls-plain-mismatch',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'wss://${RT}:8443/live'`) }))).port);
      const live = await world.http(routes({}));
      endpoint(live.server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(RT, 8443, live.port);
      return { url: HOME };
    },
  },
  {
    name: 'ws to a TLS port',
    expect: 'tls-plain-mismatch',
    async start(world, authority) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'ws://${RT}:8443/live'`) }))).port);
      const server = https.createServer((await authority?.issue([RT])) ?? {}, routes({}));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(RT, 8443, await world.listen(server));
      return { url: HOME };
    },
  },
  {
    name: 'ws to a TLS port of Caddy',
    expect: 'tls-plain-mismatch',
    async start(world, authority) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'ws://${RT}:8443/live'`) }))).port);
      const files = pemFiles(world, (await authority?.issue([RT])) ?? { cert: '', key: '' });
      const back = await world.http(routes({}));
      endpoint(back.server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const port = await caddy(
        world,
        `https://${RT}:%p {\n  bind 127.0.0.1\n  tls ${files.cert} ${files.key}\n  reverse_proxy 127.0.0.1:${back.port}\n}`,
      );
      world.route(RT, 8443, port);
      return { url: HOME };
    },
  },
  {
    name: 'server that speaks HTTP/2 alone',
    expect: 'tls-http2-only',
    async start(world, authority) {
      const pems = (await authority?.issue([HOST])) ?? { cert: '', key: '' };
      const server = http2.createSecureServer({ ...pems, allowHTTP1: false });
      const page = rawPage("'wss://' + location.host + '/live'");
      server.on('stream', (stream, headers) => {
        stream.on('error', () => undefined);
        const home = headers[':path'] === '/';
        stream.respond({
          ':status': home ? 200 : 404,
          'content-type': home ? 'text/html; charset=utf-8' : 'text/plain',
        });
        stream.end(home ? page : 'not found');
      });
      world.route(HOST, 443, await world.listen(server));
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'TLS end that offers HTTP/2 alone and refuses the rest',
    expect: 'tls-http2-only',
    async start(world, authority) {
      const pems = (await authority?.issue([HOST, RT])) ?? { cert: '', key: '' };
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'wss://${RT}/live'`) }))).port);
      world.route(
        RT,
        443,
        await world.listen(tls.createServer({ ...pems, ALPNProtocols: ['h2'] }, (socket) => socket.end())),
      );
      return { url: HOME };
    },
  },
];
