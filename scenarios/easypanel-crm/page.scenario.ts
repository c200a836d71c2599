/** Faults of the page itself: the socket is connected, or nearly so, and the console says little or nothing. */
import { brokenSocket, build, connecting, edit, many, may, scenario, some, up, warning } from 'sintoma';
import { apiLoaded, byWebSocket, CONNECTED, CRM, live, socketUrl, works } from './expected.ts';

const CLOSED_EARLY = 'WebSocket is closed before the connection is established.';

export default [
  scenario('easypanel-crm/event-name-mismatch', {
    title: 'The page listens to message.new; the backend emits message:new.',
    document: { name: 'easypanel-crm', lines: [29, 29] },
    faults: ['event-name-mismatch'],
    visit: `${CRM}/`,
    console: CONNECTED,
    requests: apiLoaded,
    sockets: [live()],
    page: { ...byWebSocket, 'last-error': { text: '' }, 'open-conversation': { text: 'Maria Souza' } },
    delivery: { messages: 'after-reload', scheduler: 'live', attendances: 'live', api: 'loaded' },
    cause: 'event-name-mismatch',
    repairs: [
      {
        title: 'listen to the name that is emitted, rebuild',
        document: [128, 129],
        steps: [edit(), build('frontend'), up()],
        delivery: works,
      },
    ],
  }),
  scenario('easypanel-crm/effect-churn', {
    title:
      'The dependencies of the effect change with every render: every render connects anew (a handshake takes 3 s here).',
    document: { name: 'easypanel-crm', lines: [30, 30] },
    // The pause in which messages are lost is as long as a handshake.
    faults: ['effect-churn', 'slow-handshake'],
    visit: `${CRM}/`,
    // The first one changes the page, which makes it connect anew; the second one comes before it is back.
    messages: ['connected', connecting(1500)],
    console: [many(warning(`WebSocket connection to '${socketUrl()}' failed: ${CLOSED_EARLY}`))],
    requests: apiLoaded,
    // How many depends on how many renders fall together.
    sockets: [
      many({ url: socketUrl(), outcome: 'closed', closedByPage: true }),
      many(brokenSocket(socketUrl(), CLOSED_EARLY)),
      may(many({ url: socketUrl(), outcome: 'open' })),
      // The last ones, where they were caught in between.
      may(many({ url: socketUrl(), outcome: 'pending' })),
    ],
    page: { api: { state: 'loaded' } },
    delivery: { messages: some(1, 2), api: 'loaded' },
    cause: 'client-effect-churn',
    repairs: [
      {
        title: 'give the callback a constant identity, rebuild',
        steps: [edit(), build('frontend'), up()],
        delivery: { messages: 'live', api: 'loaded' },
      },
    ],
  }),
  scenario('easypanel-crm/conversation-not-selected', {
    title: 'Another conversation is open than the one that gets a message: the frame comes, the page stays as it is.',
    document: { name: 'easypanel-crm', lines: [130, 130] },
    visit: `${CRM}/?conversa=2`,
    console: CONNECTED,
    requests: apiLoaded,
    sockets: [live()],
    page: { ...byWebSocket, 'open-conversation': { text: 'João Lima' } },
    delivery: { messages: 'after-reload', scheduler: 'live', attendances: 'live', api: 'loaded' },
    cause: 'client-ui-filter',
    repairs: [
      {
        title: 'open the conversation',
        document: [130, 130],
        steps: [],
        visit: `${CRM}/`,
        delivery: works,
      },
    ],
  }),
];
