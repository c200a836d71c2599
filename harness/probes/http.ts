import http from 'node:http';
import type { Socket } from 'node:net';
import { portOf } from '../common/address.ts';
import type { HttpAnswer, HttpQuestion } from '../diagnosis/readings.ts';
import type { Network } from './network.ts';
import { connect, failureOf, startTls } from './network.ts';

/** Characters of a body that are kept. */
const BODY = 8000;

/** The User-Agent of all probes. It begins as that of a browser, so that they meet what a browser meets on its way. */
export const AGENT = 'Mozilla/5.0 (compatible; sintoma-diagnose/1; +bounded read-only probes)';

/** Connects to the host of a URL. */
export async function connectTo(network: Network, url: URL, as?: string): Promise<Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = await connect(network, host, portOf(url));
  if (url.protocol !== 'https:' && url.protocol !== 'wss:') return socket;
  try {
    return await startTls(network, socket, host, ['http/1.1'], as);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Headers in lower case, joined, bounded. */
export function plainHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .slice(0, 60)
      .map(([name, value]) => [name, (Array.isArray(value) ? value.join(', ') : (value ?? '')).slice(0, 500)]),
  );
}

/**
 * Sends one plain request, without credentials, following no redirect.
 *
 * @param limit bytes of the body that are read, by default {@link BODY}
 */
export async function askHttp(
  network: Network,
  question: Omit<HttpQuestion, 'ask'>,
  limit: number = BODY,
): Promise<HttpAnswer> {
  const began = Date.now();
  const url = new URL(question.url);
  if (question.padding !== undefined) url.searchParams.set('padding', '0'.repeat(question.padding));
  const failed = (error: unknown): HttpAnswer => ({
    failure: failureOf(error),
    headers: {},
    body: '',
    ms: Date.now() - began,
  });
  let socket: Socket;
  try {
    socket = await connectTo(network, url, question.as);
  } catch (error) {
    return failed(error);
  }
  const headers: Record<string, string> = {
    Host: question.as ?? url.host,
    'User-Agent': AGENT,
    Accept: '*/*',
    'Accept-Encoding': 'identity',
    Connection: 'close',
  };
  if (question.origin !== undefined) headers.Origin = question.origin;
  if (question.forwardedProto !== undefined) headers['X-Forwarded-Proto'] = question.forwardedProto;
  if (question.fresh) Object.assign(headers, { 'Cache-Control': 'no-cache', Pragma: 'no-cache' });
  if (question.preflight) {
    headers['Access-Control-Request-Method'] = question.preflight.method;
    if (question.preflight.headers.length > 0)
      headers['Access-Control-Request-Headers'] = question.preflight.headers.join(',');
  }
  if (question.form !== undefined) {
    headers['Content-Type'] = 'application/x-www-form-urlencoded';
    headers['Content-Length'] = String(Buffer.byteLength(question.form));
  }
  return new Promise((resolve) => {
    const request = http.request({
      createConnection: () => socket,
      method: question.preflight ? 'OPTIONS' : (question.method ?? 'GET'),
      path: `${url.pathname}${url.search}`,
      headers,
      setHost: false,
    });
    const timer = setTimeout(
      () => request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
      network.patience,
    );
    request.once('error', (error) => {
      clearTimeout(timer);
      resolve(failed(error));
    });
    // The server switches protocols without a request to do so.
    request.once('upgrade', (response, stream) => {
      clearTimeout(timer);
      stream.destroy();
      resolve({ status: 101, headers: plainHeaders(response.headers), body: '', ms: Date.now() - began });
    });
    request.once('response', (response) => {
      const ms = Date.now() - began;
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (): void => {
        clearTimeout(timer);
        clearTimeout(bodyTimer);
        socket.destroy();
        resolve({
          status: response.statusCode ?? 0,
          headers: plainHeaders(response.headers),
          body: Buffer.concat(chunks).toString('utf8').slice(0, limit),
          ms,
        });
      };
      // Streams never end; their first moments are enough to recognise them.
      const bodyTimer = setTimeout(finish, limit > BODY ? 3000 : 700);
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > limit) finish();
      });
      response.once('end', finish);
      response.once('error', finish);
      response.once('close', finish);
    });
    request.end(question.form);
  });
}
