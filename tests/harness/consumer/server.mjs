// A board of notes behind a sign-in: GET and POST /api/notes, and new ones by the socket /live.
import { createHash } from 'node:crypto';
import { Buffer } from 'node:buffer';
import http from 'node:http';
import process from 'node:process';

const page = (body) =>
  `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Notes</title><h1>Notes</h1>${body}</html>`;
const LOGIN = page(
  '<form method="post" action="/login"><label>Name <input name="user"></label><button>Sign in</button></form>',
);
const BOARD = page(`<ol></ol><script>
  const show = (text) => document.querySelector('ol').appendChild(document.createElement('li')).append(text);
  fetch('/api/notes').then(async (answer) => (await answer.json()).forEach(show));
  new WebSocket('ws://' + location.host + '/live').onmessage = ({ data }) => show(data);
</script>`);

const notes = [];
const sockets = new Set();

/** A short text frame, as RFC 6455 has it. */
const frame = (text) => Buffer.concat([Buffer.from([0x81, Buffer.byteLength(text)]), Buffer.from(text)]);

const server = http.createServer(async (request, response) => {
  const signedIn = /user=/.test(request.headers.cookie ?? '');
  if (request.method === 'POST' && request.url === '/login') {
    response.writeHead(303, { location: '/', 'set-cookie': 'user=ana; Path=/' }).end();
  } else if (request.method === 'POST' && request.url === '/api/notes') {
    let note = '';
    for await (const chunk of request) note += chunk;
    notes.push(note);
    for (const socket of sockets) socket.write(frame(note));
    response.writeHead(201).end();
  } else if (request.url === '/api/notes') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(notes));
  } else {
    response.writeHead(200, { 'content-type': 'text/html' }).end(signedIn ? BOARD : LOGIN);
  }
});
server.on('upgrade', (request, socket) => {
  socket.on('error', () => sockets.delete(socket)).on('close', () => sockets.delete(socket));
  if (process.env.LIVE !== 'on') {
    socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    return;
  }
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
  sockets.add(socket);
  socket.on('data', () => undefined);
});
process.on('SIGTERM', () => process.exit(0));
server.listen(8080, () => process.stdout.write('listening on 8080\n'));
