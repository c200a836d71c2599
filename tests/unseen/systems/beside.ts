import { html, pollPage, rawPage } from './pages.ts';
import { nginx, UPGRADE } from './proxies.ts';
import { Chat, endpoint, json, routes, type Routes } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'board.example.test';
const HOME = `http://${HOST}/`;
const LIVE = "'ws://' + location.host + '/live'";

const says =
  (status: number, text: string, type = 'text/plain; charset=utf-8'): Routes[string] =>
  (_q, r) => {
    r.writeHead(status, { 'Content-Type': type }).end(text);
  };

/** A page whose socket stands and is spoken on. */
async function standing(world: World, more: string, table: Routes, body?: string): Promise<{ url: string }> {
  const page = rawPage(LIVE, { more });
  const { server, port } = await world.http(
    routes({ '/': body === undefined ? page : page.replace('</body>', `${body}</body>`), ...table }),
  );
  endpoint(server, '/live', (socket) => {
    new Chat().join(socket);
  });
  world.route(HOST, 80, port);
  return { url: HOME };
}

const LOGIN = '<form><input name="user" autocomplete="username"><input type="password" name="pass"></form>';

/** Requests of a page that are refused beside connections that stand, and pages that ask for a sign-in. */
export const beside: readonly Unseen[] = [
  {
    name: 'a feature that the licence does not hold is answered 503 in the application’s own words',
    expect: 'healthy',
    start: (world) =>
      standing(world, "fetch('/api/cluster').catch(() => {});", {
        '/api/cluster': json({ message: 'clustering is part of the enterprise edition' }, 503),
        '/api/items': json([]),
      }),
  },
  {
    name: 'a dashboard that lists errors, and whose news cannot be read',
    expect: 'healthy',
    start: (world) =>
      standing(
        world,
        "fetch('/news.txt').catch(() => {});",
        { '/news.txt': says(404, 'No news today.') },
        '<h2>Error log (0)</h2><p>failed logins: 0</p>',
      ),
  },
  {
    name: 'a report of usage that nobody accepts',
    expect: 'healthy',
    start: (world) =>
      standing(world, "fetch('/usage', { method: 'POST', body: '{}' }).catch(() => {});", {
        '/usage': says(405, 'Method Not Allowed'),
      }),
  },
  {
    name: 'binary frames, and a setting that nobody stored',
    expect: 'healthy',
    async start(world) {
      const page = html(`const socket = new WebSocket(${LIVE}); socket.binaryType = 'arraybuffer';
let count = 0; socket.onmessage = () => state(++count + ' samples'); fetch('/mandatory.json').catch(() => {});`);
      const { server, port } = await world.http(
        routes({ '/': page, '/mandatory.json': says(404, '404: no such file', 'text/html') }),
      );
      endpoint(server, '/live', (socket) => {
        const timer = setInterval(() => {
          socket.send(Buffer.from([1, 2, 3]));
        }, 300);
        socket.once('close', () => {
          clearInterval(timer);
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page that polls with success, and a banner that is not there',
    expect: 'healthy',
    async start(world) {
      const page = pollPage("'/api/messages'")
        .replace('poll();`', 'poll();')
        .replace('poll();\n', "poll(); fetch('/api/banner').catch(() => {});\n");
      const { port } = await world.http(
        routes({
          '/': page,
          '/api/messages': json({ messages: [] }),
          '/api/banner': says(404, 'no banner', 'text/html'),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'one path of an application refuses with 503 in its own words, its siblings answer',
    expect: 'inconclusive',
    async start(world) {
      const page = html("fetch('/api/orders').then(() => state('ready')); fetch('/api/exports').catch(() => {});");
      const { port } = await world.http(
        routes({
          '/': page,
          '/api/orders': json([]),
          '/api/exports': says(503, 'exports are switched off in this installation'),
        }),
      );
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'sign-in page that asks in plain text who is there',
    expect: 'healthy',
    async start(world) {
      const page = html("fetch('/cockpit/login').then((answer) => state(answer.ok ? 'hello' : 'please sign in'));", {
        body: LOGIN,
      });
      const { port } = await world.http(routes({ '/': page, '/cockpit/login': says(401, 'Authentication required') }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'sign-in page whose session is refused with an HTML page',
    expect: 'healthy',
    async start(world) {
      const page = html("fetch('/rest/session').then(() => state('Sign in to continue'));", { body: LOGIN });
      const { port } = await world.http(
        routes({ '/': page, '/rest/session': says(403, '<html><body><h1>Forbidden</h1></body></html>', 'text/html') }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'sign-in page that tries its socket before anybody has signed in',
    expect: 'inconclusive',
    async start(world) {
      const page = rawPage(LIVE).replace('</body>', `${LOGIN}</body>`);
      const { server, port } = await world.http(routes({ '/': page }));
      server.on('upgrade', (_request, socket) => {
        socket.end(
          'HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nunauthorized',
        );
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page that connects after a click, and reads its settings before',
    expect: 'healthy',
    async start(world) {
      const page = html(
        `fetch('/api/settings').then((answer) => answer.json()).then(() => state('ready'));
document.getElementById('go').onclick = () => new WebSocket(${LIVE});`,
        { body: '<button id="go">Connect</button>' },
      ).replace(/<script>/, '<script defer>');
      const { port } = await world.http(routes({ '/': page, '/api/settings': json({ colour: 'blue' }) }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
];
