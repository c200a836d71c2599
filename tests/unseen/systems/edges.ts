/** Networks of content, load balancers of clouds and tunnels, played by what they answer; and TLS between a proxy and its backend. */
import type http from 'node:http';
import { html, rawPage } from './pages.ts';
import { nginx, pemFiles, UPGRADE } from './proxies.ts';
import { answerPlainly, Chat, endpoint, refuseOthers, routes } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { Authority, World } from './world.ts';

const HOST = 'board.example.test';
const API = 'api.example.test';
const HOME = `http://${HOST}/`;

const page = rawPage(`'ws://${API}/live'`, {
  more: `fetch('http://${API}/items').then((answer) => answer.ok || show('no items'), () => show('no items'));`,
});

/** A page of files, and an API behind an edge that answers everything in this way. */
async function edge(
  world: World,
  status: number,
  headers: http.OutgoingHttpHeaders,
  body: string,
): Promise<{ url: string }> {
  world.route(HOST, 80, (await world.http(routes({ '/': page }))).port);
  const answer: http.RequestListener = (_request, response) => void response.writeHead(status, headers).end(body);
  const { server, port } = await world.http(answer);
  server.on('upgrade', (request, socket) => {
    answerPlainly(request, socket, answer);
  });
  world.route(API, 80, port);
  return { url: HOME };
}

const cloudflare = (world: World, status: number, code = status): Promise<{ url: string }> =>
  edge(
    world,
    status,
    { Server: 'cloudflare', 'CF-RAY': '8a0000000000abcd-FRA', 'Content-Type': 'text/plain; charset=UTF-8' },
    `error code: ${code}`,
  );

/** An application behind an nginx of its own, which ends TLS. */
async function tlsApplication(world: World, authority: Authority | undefined): Promise<number> {
  const { cert, key } = pemFiles(world, (await authority?.issue([HOST])) ?? { cert: '', key: '' });
  return nginx(
    world,
    `server { listen 127.0.0.1:%p ssl; ssl_certificate ${cert}; ssl_certificate_key ${key}; location / { ${UPGRADE} proxy_pass http://127.0.0.1:${await plainApplication(world)}; } }`,
  );
}

/** An application that speaks plain HTTP. */
async function plainApplication(world: World): Promise<number> {
  const { server, port } = await world.http(routes({ '/': rawPage("'ws://' + location.host + '/live'") }));
  const chat = new Chat();
  endpoint(server, '/live', (socket) => {
    chat.join(socket);
  });
  refuseOthers(server, ['/live']);
  return port;
}

export const edges: readonly Unseen[] = [
  {
    name: 'Cloudflare: the web server is down (521)',
    expect: 'upstream-down',
    start: (world) => cloudflare(world, 521),
  },
  {
    name: 'Cloudflare: the connection to the origin timed out (522)',
    expect: 'upstream-silent',
    start: (world) => cloudflare(world, 522),
  },
  {
    name: 'Cloudflare: no TLS with the origin (525)',
    expect: 'proxy-upstream-tls',
    start: (world) => cloudflare(world, 525),
  },
  {
    name: 'Cloudflare: the certificate of the origin is not valid (526)',
    expect: 'proxy-upstream-tls',
    start: (world) => cloudflare(world, 526),
  },
  {
    name: 'Cloudflare: the tunnel does not run (530, 1033)',
    expect: 'upstream-down',
    start: (world) => cloudflare(world, 530, 1033),
  },
  {
    name: 'load balancer of AWS whose targets are all unhealthy',
    expect: 'upstream-down',
    start: (world) =>
      edge(
        world,
        503,
        { Server: 'awselb/2.0', 'Content-Type': 'text/html' },
        '<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n',
      ),
  },
  {
    name: 'ingress of Kubernetes whose service has no endpoints',
    expect: 'upstream-down',
    start: (world) =>
      edge(
        world,
        503,
        { 'Content-Type': 'text/html' },
        '<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
      ),
  },
  {
    name: 'ngrok: the agent is offline',
    expect: 'upstream-down',
    start: (world) =>
      edge(
        world,
        404,
        { 'Ngrok-Error-Code': 'ERR_NGROK_3200', 'Content-Type': 'text/html' },
        `<!DOCTYPE html><html><head><title>ngrok</title></head><body><noscript>The endpoint ${API} is offline. (ERR_NGROK_3200)</noscript></body></html>`,
      ),
  },
  {
    name: 'ngrok: nothing listens at the local port',
    expect: 'upstream-down',
    start: (world) =>
      edge(
        world,
        502,
        { 'Ngrok-Error-Code': 'ERR_NGROK_8012', 'Content-Type': 'text/html' },
        '<!DOCTYPE html><html><body><noscript>Traffic was successfully tunneled to the ngrok agent, but the agent failed to establish a connection to the upstream web service at http://localhost:5000. (ERR_NGROK_8012)</noscript></body></html>',
      ),
  },
  {
    name: 'platform that knows no application of this name',
    expect: 'proxy-host-unknown',
    start: (world) =>
      edge(
        world,
        404,
        { Server: 'railway-edge', 'Content-Type': 'application/json' },
        '{"status":"error","code":404,"message":"Application not found","request_id":"q"}',
      ),
  },
  {
    name: 'platform whose application does not respond',
    expect: 'upstream-down',
    start: (world) =>
      edge(
        world,
        502,
        { Server: 'railway-edge', 'Content-Type': 'application/json' },
        '{"status":"error","code":502,"message":"Application failed to respond","request_id":"q"}',
      ),
  },
  {
    name: 'Cloudflare challenges what is no browser',
    expect: 'proxy-auth-gate',
    start: (world) =>
      edge(
        world,
        403,
        { Server: 'cloudflare', 'CF-Mitigated': 'challenge', 'Content-Type': 'text/html; charset=UTF-8' },
        '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>',
      ),
  },
  {
    name: 'nginx speaks plain HTTP to an application with TLS',
    expect: 'proxy-upstream-tls',
    async start(world, authority) {
      const to = await tlsApplication(world, authority);
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${to}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'page by https, and the proxy speaks plain HTTP to the TLS port of the socket',
    expect: 'proxy-upstream-tls',
    async start(world, authority) {
      const { cert, key } = pemFiles(world, (await authority?.issue([HOST])) ?? { cert: '', key: '' });
      const to = await tlsApplication(world, authority);
      world.file('www/index.html', rawPage("'wss://' + location.host + '/live'"));
      world.route(
        HOST,
        443,
        await nginx(
          world,
          `server { listen 127.0.0.1:%p ssl; ssl_certificate ${cert}; ssl_certificate_key ${key}; root ${world.folder}/www; location /live { ${UPGRADE} proxy_pass http://127.0.0.1:${to}; } }`,
        ),
      );
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'nginx speaks TLS to an application without it, for the socket only',
    expect: 'upstream-down',
    async start(world) {
      const to = await plainApplication(world);
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${to}; } location /live { ${UPGRADE} proxy_pass https://127.0.0.1:${to}; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'redirect to https for ever: the application is told nothing of the TLS that ended before it',
    expect: 'proxy-scheme-not-forwarded',
    async start(world, authority) {
      const { port } = await world.http((request, response) => {
        if (request.headers['x-forwarded-proto'] === 'https') response.writeHead(200).end(html(''));
        else response.writeHead(301, { Location: `https://${request.headers.host}${request.url}` }).end();
      });
      const { cert, key } = pemFiles(world, (await authority?.issue([HOST])) ?? { cert: '', key: '' });
      world.route(
        HOST,
        443,
        await nginx(
          world,
          `server { listen 127.0.0.1:%p ssl; ssl_certificate ${cert}; ssl_certificate_key ${key}; location / { proxy_set_header Host $host; proxy_pass http://127.0.0.1:${port}; } }`,
        ),
      );
      return { url: `https://${HOST}/` };
    },
  },
];
