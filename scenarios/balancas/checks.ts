/** Small questions to the running system that decide claims and need no browser. */
import assert from 'node:assert/strict';
import { ask, type Check, check, handshakeStatus, type Reach } from 'sintoma';

const nginx = (reach: Reach): string => {
  const { host, port } = reach.at('nginx', 80);
  return `http://${host}:${port}`;
};

/** The page's script, as the server delivers it. */
async function bundle(reach: Reach): Promise<string> {
  const page = await ask(`${nginx(reach)}/`);
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page.text)?.[1];
  assert(script, 'the page names no script');
  return (await ask(`${nginx(reach)}${script}`)).text;
}

const checks: Check[] = [
  check('balancas/check-one-nginx-serves-all', {
    title: 'nginx on port 80 serves the page, the API and the socket',
    async run(reach) {
      const page = await ask(`${nginx(reach)}/`);
      assert.equal(page.status, 200);
      assert.match(page.type, /html/);
      const api = await ask(`${nginx(reach)}/api/v1/notifications`);
      assert.match(api.type, /json/);
      const socket = await handshakeStatus(`${nginx(reach).replace('http', 'ws')}/app/balancas-key`);
      assert.equal(socket, 101);
      return `/ ${page.status} ${page.type}, /api ${api.status} ${api.type}, /app/<key> ${socket}`;
    },
  }),
  check('balancas/check-bare-app-is-404', {
    title: 'a socket to /app without a key is answered 404 by a healthy Reverb',
    async run(reach) {
      const status = await handshakeStatus(`${nginx(reach).replace('http', 'ws')}/app`);
      assert.equal(status, 404);
      return `/app ${status}`;
    },
  }),
  check('balancas/check-api-up-is-404', {
    title: 'GET /api/v1/up is 404; the health route is /up',
    async run(reach) {
      const documented = await ask(`${nginx(reach)}/api/v1/up`);
      const real = await ask(`${nginx(reach)}/up`);
      assert.equal(documented.status, 404);
      assert.match(documented.type, /json/);
      assert.equal(real.status, 200);
      // The page would be answered for any path.
      assert.match(real.type, /json/);
      return `/api/v1/up ${documented.status} ${documented.type}, /up ${real.status}`;
    },
  }),
  check('balancas/check-dashboard-stats-is-401', {
    title: 'GET /api/v1/dashboard-stats without a token is 401',
    async run(reach) {
      const { status, type } = await ask(`${nginx(reach)}/api/v1/dashboard-stats`);
      assert.equal(status, 401);
      return `${status} ${type}`;
    },
  }),
  check('balancas/check-https-bundle-names-https', {
    title: 'the wrong bundle holds the https address; the server publishes no port 443',
    faults: ['https-bundle'],
    async run(reach) {
      assert.match(await bundle(reach), /https:\/\/178\.156\.176\.145\/api\/v1/);
      assert.throws(() => reach.at('nginx', 443), /does not publish port 443/);
      return 'https://178.156.176.145/api/v1 is in the script; nginx publishes 80 only';
    },
  }),
  check('balancas/check-application-refuses-post', {
    title: 'where the application answers everything, a POST is 405',
    faults: ['nginx-skips-api'],
    async run(reach) {
      const posted = await ask(`${nginx(reach)}/api/v1/login`, { method: 'POST' });
      const { status, type } = await ask(`${nginx(reach)}/api/v1/dashboard-stats`);
      assert.equal(posted.status, 405);
      assert.equal(status, 200);
      assert.match(type, /html/);
      return `POST ${posted.status}, GET ${status} ${type}`;
    },
  }),
];

export default checks;
