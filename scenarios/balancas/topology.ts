import {
  type Channel,
  dataState,
  insideTestId,
  json,
  NGINX_RELOAD,
  postJson,
  publishedAt,
  subscribePusher,
  topology,
  withLocalStorage,
} from 'sintoma';

/** The application's Reverb credentials and its one user, as compose/balancas sets them up. */
const APP = { key: 'balancas-key', secret: 'balancas-secret-for-tests', origin: 'http://178.156.176.145' };
export const TOKEN = '1|demo-token';

/** A notification to everybody (public channel) or to the user (private channel), by the application's own API. */
const channel = (name: 'public' | 'private', brokerChannel: string, event: string): Channel => ({
  publish: (reach, text) =>
    postJson(`${publishedAt(reach, 'nginx', 80)}/api/v1/notifications`, { message: text, channels: [name] }, TOKEN),
  control: async (reach) => subscribePusher({ ...APP, ...reach.at('reverb', 8080) }, brokerChannel),
  subscribed: ({ sockets }) =>
    sockets.some(
      ({ openedAt, closedAt, frames }) =>
        openedAt !== undefined &&
        closedAt === undefined &&
        frames.some(
          ({ text }) => text.includes('subscription_succeeded') && text.includes(`"channel":"${brokerChannel}"`),
        ),
    ),
  frame: json({
    event,
    data: new RegExp(
      `^\\{"id":\\d+,"channel":"${name}","message":"[^"]+","read":false,"created_at":"\\d{4}-\\d\\d-\\d\\dT[^"]+"\\}$`,
    ),
    channel: brokerChannel,
  }),
});

export default topology({
  compose: '../../compose/balancas/compose.yaml',
  faults: '../../compose/balancas/faults',
  documents: { balancas: 120 },
  ready: {
    nginx: { tcp: 80 },
    api: { log: /ready to handle connections/ },
    reverb: { log: /Starting server on/ },
    edge: { tcp: 443 },
    static: { tcp: 443 },
  },
  reload: { nginx: NGINX_RELOAD, edge: NGINX_RELOAD },
  signIn: withLocalStorage({ 'balancas.token': TOKEN }),
  data: dataState(),
  shows: insideTestId('messages'),
  channels: {
    public: channel('public', 'announcements', 'announcement.published'),
    private: channel('private', 'private-users.1', 'notification.received'),
  },
});
