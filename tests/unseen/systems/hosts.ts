import type http from 'node:http';
import { WebSocketServer } from 'ws';
import { startProgram } from './containers.ts';
import { rawPage } from './pages.ts';
import { nginx } from './proxies.ts';
import { Chat, answerPlainly, json, routes, type Routes } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'studio.example.test';
const API = 'api.example.test';
const HOME = `http://${HOST}/`;
const LIVE = "'ws://' + location.host + '/live'";

/** A backend that serves only requests for some host names, and refuses all others in its own words. */
async function picky(
  world: World,
  refuse: (host: string) => { status: number; type?: string; text: string },
  allowed: readonly string[] = ['localhost', '127.0.0.1'],
  table: Routes = { '/': rawPage(LIVE) },
): Promise<number> {
  const known = (request: http.IncomingMessage): boolean =>
    allowed.includes((request.headers.host ?? '').replace(/:\d+$/, ''));
  const own = routes({ ...table, '*': json({ error: 'nothing here' }, 404) });
  const listener: http.RequestListener = (request, response) => {
    if (known(request)) {
      own(request, response);
      return;
    }
    const { status, type = 'text/plain', text } = refuse(request.headers.host ?? '');
    response.writeHead(status, { 'Content-Type': type }).end(text);
  };
  const { server, port } = await world.http(listener);
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (known(request) && request.url?.startsWith('/live'))
      sockets.handleUpgrade(request, socket, head, (client) => {
        new Chat().join(client);
      });
    else answerPlainly(request, socket, listener);
  });
  return port;
}

const hostname = (host: string): string => host.replace(/:\d+$/, '');

/** Host names that a backend does not accept, or does not get to see. */
export const hosts: readonly Unseen[] = [
  {
    name: 'development server that blocks a host name on every path',
    expect: 'backend-host-refused',
    async start(world) {
      const port = await picky(world, (host) => ({
        status: 403,
        text: `Blocked request. This host ("${hostname(host)}") is not allowed.\nTo allow this host, add "${hostname(host)}" to \`server.allowedHosts\` in vite.config.js.`,
      }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'API whose list of hosts lacks its public name, page of a static host',
    expect: 'backend-host-refused',
    async start(world) {
      const port = await picky(world, (host) => ({
        status: 400,
        type: 'text/html',
        text: `<title>DisallowedHost at /ws</title><pre>Invalid HTTP_HOST header: &#x27;${host}&#x27;. You may need to add &#x27;${hostname(host)}&#x27; to ALLOWED_HOSTS.</pre>`,
      }));
      world.route(API, 80, port);
      const page = await world.http(routes({ '/': rawPage(`'ws://${API}/live'`) }));
      world.route(HOST, 80, page.port);
      return { url: HOME };
    },
  },
  {
    name: 'socket of a framework that lists blocked hosts',
    expect: 'backend-host-refused',
    async start(world) {
      const port = await picky(world, (host) => ({
        status: 403,
        type: 'text/html; charset=UTF-8',
        text: `<!DOCTYPE html><html><body><header><h1>Blocked hosts: ${host}</h1></header><p>To allow requests to these hosts, add them to config.hosts.</p></body></html>`,
      }));
      world.route(API, 80, port);
      const page = await world.http(routes({ '/': rawPage(`'ws://${API}/live'`) }));
      world.route(HOST, 80, page.port);
      return { url: HOME };
    },
  },
  {
    name: 'management page that answers “Host check error” and names no host',
    expect: 'backend-host-refused',
    async start(world) {
      const port = await picky(world, () => ({ status: 403, text: 'Host check error\n' }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'production server that says only “Bad Request (400)” to a host that it does not know',
    expect: 'backend-host-refused',
    async start(world) {
      const port = await world.closedPort();
      const file = world.file(
        'serve.py',
        `import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ok = self.headers.get('Host', '').split(':')[0] in ('localhost', '127.0.0.1')
        body = b'<title>Desk</title>' if ok and self.path == '/' else b'<h1>Not Found</h1>' if ok else b'<!doctype html><html lang="en"><head><title>Bad Request (400)</title></head><body><h1>Bad Request (400)</h1><p></p></body></html>'
        self.send_response(200 if ok and self.path == '/' else 404 if ok else 400)
        self.send_header('Content-Type', 'text/html')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(('127.0.0.1', ${port}), Handler).serve_forever()
`,
      );
      await startProgram(world, 'python', ['python3', file], port);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'chat server that knows its public name, and a proxy that sends the name of the upstream',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const port = await picky(world, (host) => ({ status: 404, text: `Unknown host: ${host}\n` }), [HOST]);
      world.file('www/index.html', rawPage(LIVE));
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `root ${world.folder}/www; location = /live { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; proxy_set_header Host chat; proxy_pass http://127.0.0.1:${port}; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'trusted hosts of the backend, and a proxy that sends its own address',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const port = await picky(
        world,
        (host) => ({ status: 400, text: `Invalid host header "${host}": it is not among the trusted hosts` }),
        [HOST],
      );
      const page = await world.http(routes({ '/': rawPage(LIVE, { more: "fetch('/api/me').catch(() => {});" }) }));
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location = / { proxy_pass http://127.0.0.1:${page.port}; } location / { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; proxy_set_header Host backend.internal; proxy_pass http://127.0.0.1:${port}; }`,
        ),
      );
      return { url: HOME };
    },
  },
];
