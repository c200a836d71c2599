/** What nginx does to bodies, either way. */
import { answered, openSocket, scenario } from 'sintoma';
import { except, failed, restored, states } from './broken.ts';
import { allLive, ioFirst, ioUpgrade, urlOf, wsOf } from './expected.ts';

const NGINX = urlOf('nginx');
const nginxSockets = [openSocket(wsOf('nginx')), openSocket(ioFirst('nginx')), openSocket(ioUpgrade('nginx'))];

export default [
  scenario('gateways/nginx-buffers', {
    title: 'nginx collects what the application streams: events wait in its buffer, WebSockets do not.',
    faults: ['nginx-buffers'],
    visit: `${NGINX}/`,
    console: [],
    requests: [
      ...except('nginx', '/live/chat').filter(({ url }) => url !== `${NGINX}/live/events`),
      { method: 'GET', url: `${NGINX}/live/events` },
      { method: 'POST', url: `${NGINX}/live/chat` },
    ],
    sockets: nginxSockets,
    page: states('connecting', 'sse', 'stream'),
    delivery: { ...allLive, sse: 'after-reload', stream: 'after-reload' },
    cause: 'proxy-buffers-stream',
    repairs: [{ title: 'pass streams on as they come', ...restored }],
  }),
  scenario('gateways/nginx-limits-bodies', {
    title: 'nginx takes no body above 1 MB, which a picture in a chat is.',
    faults: ['nginx-limits-bodies'],
    visit: `${NGINX}/`,
    console: [failed('nginx', `${NGINX}/live/chat`, 413)],
    requests: [...except('nginx', '/live/chat'), answered('POST', `${NGINX}/live/chat`, 413)],
    sockets: nginxSockets,
    page: states('closed', 'stream'),
    delivery: { ...allLive, stream: 'after-reload' },
    cause: 'payload-too-large',
    repairs: [{ title: 'take larger bodies', ...restored }],
  }),
];
