// The page, which is no part of what is live: it stays there whatever happens to the rest.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const files = {
  '/': ['text/html; charset=utf-8', readFileSync('page.html')],
  // Where a gate before the application leads who is not signed in.
  '/oauth2/sign_in': ['text/html; charset=utf-8', '<!doctype html><title>Sign in</title><p>Sign in, please.</p>'],
  '/page.js': ['text/javascript', readFileSync('page.js')],
  '/socket.io.js': ['text/javascript', readFileSync('node_modules/socket.io/client-dist/socket.io.min.js')],
};

createServer((request, response) => {
  const [type, body] = files[new URL(request.url, 'http://page').pathname] ?? [];
  // What is posted is read before it is answered: an early answer is an error of its own to some proxies.
  request.resume().on('end', () => {
    if (!type) return response.writeHead(404, { 'content-type': 'text/plain' }).end('no such page\n');
    response.writeHead(200, { 'content-type': type }).end(body);
  });
}).listen(3000, () => console.log('the page is served'));
