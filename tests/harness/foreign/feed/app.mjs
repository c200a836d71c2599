// A feed by Server-Sent Events. Who publishes comes by the inside: the proxy passes reading on, and the token is needed.
import http from 'node:http';
import process from 'node:process';
import { setTimeout } from 'node:timers';
import { URLSearchParams } from 'node:url';

const PAGE = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Feed</title><h1>Feed</h1><ul></ul><script>
  const show = (text) => document.querySelector('ul').appendChild(document.createElement('li')).append(text);
  fetch('/entries').then(async (answer) => (await answer.json()).forEach(show));
  new EventSource('/events').addEventListener('entry', ({ data }) => show(data));
</script>`;

const entries = [];
const streams = new Set();

const server = http.createServer(async (request, response) => {
  if (request.method === 'POST' && request.url === '/publish' && !request.headers['x-forwarded-for']) {
    let body = '';
    for await (const chunk of request) body += chunk;
    const text = new URLSearchParams(body).get('text') ?? '';
    entries.push(text);
    for (const stream of streams) stream.write(`event: entry\ndata: ${text}\n\n`);
    response.writeHead(303, { location: '/' }).end();
  } else if (request.url === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.write('event: welcome\ndata: 1\n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
  } else if (request.url === '/entries') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(entries));
  } else if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  else response.writeHead(404).end();
});
// It takes a moment to start.
setTimeout(() => server.listen(3000, () => process.stdout.write('listening on 3000\n')), 1500);
process.on('SIGTERM', () => process.exit(0));
