import { html, rawPage } from './pages.ts';
import { nginx, UPGRADE } from './proxies.ts';
import { endpoint, json, routes } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'draft.example.test';
const HOME = `http://${HOST}/`;

/** Answers that take their time, from servers from which the page just came. */
export const slowFirst: readonly Unseen[] = [
  {
    name: 'development server that compiles each part for seconds when it is first asked',
    expect: 'inconclusive',
    async start(world) {
      let asked = 0;
      const page = html("fetch('/parts/editor').then(() => state('ready'));");
      const { port } = await world.http(
        routes({
          '/': page,
          // The first request waits until the part is compiled, later ones until it is loaded.
          '/parts/editor': (q, r) => {
            asked += 1;
            setTimeout(
              () => {
                json({})(q, r);
              },
              asked === 1 ? 12_000 : 3500,
            );
          },
        }),
      );
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'socket that is accepted after five seconds',
    expect: 'healthy',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage("'ws://' + location.host + '/live'") }));
      endpoint(
        server,
        '/live',
        (socket) => {
          socket.send('{"type":"welcome"}');
        },
        {
          verifyClient: (_info, accept) => {
            setTimeout(() => {
              accept(true);
            }, 5000);
          },
        },
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
];
