import { answered, brokenSocket, edit, failedSocket, openSocket, scenario, up } from 'sintoma';

const NOT_FOUND = 'Error during WebSocket handshake: Unexpected response code: 404';
const page = {
  visit: 'http://notes.example.com/',
  requests: [answered('GET', 'http://notes.example.com/api/notes', 200)],
} as const;

export default [
  scenario('notes/live', {
    title: 'A new note shows up without a reload.',
    ...page,
    console: [],
    sockets: [openSocket('ws://notes.example.com/live')],
    delivery: { board: 'live' },
    cause: 'none',
  }),
  scenario('notes/live-off', {
    title: 'The server does not take sockets.',
    ...page,
    faults: ['live-off'],
    console: [failedSocket('ws://notes.example.com/live', NOT_FOUND)],
    sockets: [brokenSocket('ws://notes.example.com/live', NOT_FOUND)],
    delivery: { board: 'after-reload' },
    cause: 'backend-endpoint-missing',
    repairs: [{ title: 'switch them on', steps: [edit(), up()], delivery: { board: 'live' } }],
  }),
];
