/** Headers that are not passed on. */
import { answered, brokenSocket, error, openSocket, scenario } from 'sintoma';
import { except, failed, handshake, refusedSockets, restored, states } from './broken.ts';
import { allLive, healthy, ioUpgrade, polling, PROXIES, requestsOf, urlOf } from './expected.ts';

const withoutUpgrade = (
  [
    ['nginx', 'nginx-without-upgrade', []],
    ['nginx', 'nginx-without-connection', ['gateways/nginx-without-upgrade']],
    ['apache', 'apache-without-upgrade', []],
  ] as const
).map(([proxy, fault, sameSymptomAs]) => {
  const { console, sockets } = refusedSockets(proxy, 426, 400);
  return scenario(`gateways/${fault}`, {
    title: `${proxy} does not pass the headers of a handshake on: no WebSocket opens, and Socket.IO goes on polling where it began so.`,
    faults: [fault],
    visit: `${urlOf(proxy)}/`,
    console: [
      ...console,
      error(new RegExp(`^WebSocket connection to '${ioUpgrade(proxy).source.slice(1)}.*failed: ${handshake(400)}$`)),
    ],
    // The last poll is held until there is something to tell.
    requests: [...requestsOf(proxy), { method: 'GET', url: polling(proxy) }],
    sockets: [...sockets, brokenSocket(ioUpgrade(proxy), handshake(400))],
    page: states('closed', 'ws', 'io-websocket'),
    delivery: { ...allLive, ws: 'after-reload', 'io-websocket': 'after-reload', 'io-polling': 'polling' },
    cause: 'proxy-upgrade-missing',
    sameSymptomAs,
    repairs: [{ title: 'pass the headers of the handshake on', ...restored }],
  });
});

const withoutHost = PROXIES.map((proxy) => {
  const { console, sockets } = refusedSockets(proxy, 403, 400);
  return scenario(`gateways/${proxy}-without-host`, {
    title: `${proxy} asks with a Host of its own: the application takes what the page opens for another site's.`,
    faults: [`${proxy}-without-host`],
    visit: `${urlOf(proxy)}/`,
    console: [...console, failed(proxy, `${urlOf(proxy)}/live/chat`, 403)],
    requests: [...except(proxy, '/live/chat'), answered('POST', `${urlOf(proxy)}/live/chat`, 403)],
    // A GET of the same origin has no Origin; what began so is not asked again.
    sockets: [...sockets, openSocket(ioUpgrade(proxy))],
    page: states('closed', 'ws', 'io-websocket', 'stream'),
    delivery: { ...allLive, ws: 'after-reload', 'io-websocket': 'after-reload', stream: 'after-reload' },
    cause: 'proxy-host-rewritten',
    // nginx and Apache do so by default. With the others, a server that lists the origins that it takes looks the same.
    ...(proxy === 'nginx' || proxy === 'apache' ? {} : { causeFromOutside: 'ws-origin-rejected' as const }),
    repairs: [{ title: 'pass Host on', ...restored }],
  });
});

export default [
  ...withoutUpgrade,
  ...withoutHost,
  scenario('gateways/nginx-speaks-http-1.0', {
    title: 'nginx speaks HTTP/1.0 to the application, whose handshakes come through all the same.',
    faults: ['nginx-speaks-http-1.0'],
    visit: `${urlOf('nginx')}/`,
    ...healthy('nginx'),
    delivery: allLive,
    cause: 'none',
    sameSymptomAs: ['gateways/nginx'],
  }),
];
