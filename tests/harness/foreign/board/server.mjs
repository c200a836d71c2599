// A board of notes: GET and POST /api/notes, and new ones by the socket /live. It has no icon, each visit has an id of
// its own, and the page asks again and again how the server does.
import { Buffer } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';
import process from 'node:process';

const PAGE = `<!doctype html><html lang="en"><title>Board</title><h1>Board</h1><ol></ol><script>
  const show = (text) => document.querySelector('ol').appendChild(document.createElement('li')).append(text);
  const visit = crypto.randomUUID();
  fetch('/api/notes?visit=' + visit).then(async (answer) => (await answer.json()).forEach(show));
  new WebSocket('ws://' + location.host + '/live?visit=' + visit).onmessage = ({ data }) => {
    const { text } = JSON.parse(data);
    if (text) show(text);
  };
  setInterval(() => fetch('/api/health'), 4000);
</script>`;

const notes = [];
const sockets = new Set();

/** A short text frame, as RFC 6455 has it. */
const frame = (message) => {
  const text = JSON.stringify(message);
  return Buffer.concat([Buffer.from([0x81, Buffer.byteLength(text)]), Buffer.from(text)]);
};

const json = (response, status, body) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const server = http.createServer(async (request, response) => {
  const [route] = request.url.split('?');
  if (request.method === 'POST' && route === '/api/notes') {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { text } = JSON.parse(body);
    notes.push(text);
    for (const socket of sockets) socket.write(frame({ text }));
    json(response, 201, {});
  } else if (route === '/api/notes') json(response, 200, notes);
  else if (route === '/api/health') json(response, 200, { ok: true });
  else if (route === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  else json(response, 404, {});
});
server.on('upgrade', (request, socket) => {
  socket.on('error', () => sockets.delete(socket)).on('close', () => sockets.delete(socket));
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
  socket.write(frame({ hello: randomUUID() }));
  sockets.add(socket);
  socket.on('data', () => undefined);
});
process.on('SIGTERM', () => process.exit(0));
server.listen(8080, () => process.stdout.write('listening on 8080\n'));
