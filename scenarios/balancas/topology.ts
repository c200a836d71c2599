import { request } from 'undici';
import { subscribePusher } from '../../harness/delivery/pusher.ts';
import { topology } from '../../harness/expectations/define.ts';
import type { Channel } from '../../harness/expectations/scenario.ts';

/** The application's Reverb credentials and its one user, as compose/balancas sets them up. */
const APP = { key: 'balancas-key', secret: 'balancas-secret-for-tests', origin: 'http://178.156.176.145' };
export const TOKEN = '1|demo-token';

/** A notification to everybody (public channel) or to the user (private channel), by the application's own API. */
const channel = (name: 'public' | 'private', brokerChannel: string): Channel => ({
  async publish(reach, nonce) {
    const { host, port } = reach.at('nginx', 80);
    const { statusCode, body } = await request(`http://${host}:${port}/api/v1/notifications`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ message: nonce, channels: [name] }),
    });
    await body.dump();
    return { ok: statusCode === 201, status: statusCode };
  },
  control: async (reach) => subscribePusher({ ...APP, ...reach.at('reverb', 8080) }, brokerChannel),
});

export default topology({
  name: 'balancas',
  documents: { balancas: 120 },
  ready: {
    nginx: { tcp: 80 },
    api: { log: /ready to handle connections/ },
    reverb: { log: /Starting server on/ },
    edge: { tcp: 443 },
    static: { tcp: 443 },
  },
  session: { 'balancas.token': TOKEN },
  channels: {
    public: channel('public', 'announcements'),
    private: channel('private', 'private-users.1'),
  },
});
