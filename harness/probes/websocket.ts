import type { IncomingMessage } from 'node:http';
import type net from 'node:net';
import WebSocket, { type RawData } from 'ws';
import { defined } from '../common/defined.ts';
import type {
  ClientsAnswer,
  ClientsQuestion,
  HandshakeAnswer,
  HandshakeQuestion,
  IdleAnswer,
  IdleQuestion,
  PathsAnswer,
  PathsQuestion,
} from '../diagnosis/readings.ts';
import { isCut } from '../diagnosis/facts/upgrade.ts';
import { AGENT, connectTo, plainHeaders } from './http.ts';
import type { Network } from './network.ts';
import { failureOf } from './network.ts';
import type { Secrets } from './secrets.ts';

interface Opened {
  client: WebSocket;
  response?: IncomingMessage;
  received: () => string;
}

/** How much of what a server sends is kept as it came, in bytes. */
const RAW = 4000;

/** What a server sends on a connection, as it comes: Latin-1, from now on. */
function receivedOn(socket: net.Socket): () => string {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    if (text.length < RAW) text += chunk.toString('latin1');
  });
  return () => text.slice(0, RAW);
}

/** The first line of a second HTTP answer in what a server sent. */
const secondAnswer = (received: string): string | undefined =>
  /HTTP\/1\.[01] \d{3}[^\r\n]*/.exec(received.slice(received.indexOf('\r\n\r\n') + 4))?.[0];

/** The words with which the library refuses a 101 for its subprotocol. To the server, the connection is open. */
const SUBPROTOCOL = /subprotocol/i;

async function openSocket(
  network: Network,
  secrets: Secrets,
  question: Pick<HandshakeQuestion, 'url' | 'origin' | 'protocols' | 'deflate'>,
): Promise<{ opened: Opened } | { answer: HandshakeAnswer }> {
  const began = Date.now();
  const url = new URL(secrets.reveal(question.url));
  const failed = (error: unknown): { answer: HandshakeAnswer } => ({
    answer: { state: failureOf(error), headers: {}, body: '', ms: Date.now() - began, frames: [] },
  });
  let socket: net.Socket;
  try {
    socket = await connectTo(network, url);
  } catch (error) {
    return failed(error);
  }
  const cookie = secrets.cookies(question.url);
  const received = receivedOn(socket);
  return new Promise((resolve) => {
    let settled = false;
    const settle = (result: { opened: Opened } | { answer: HandshakeAnswer }): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(result);
    };
    let client: WebSocket;
    try {
      client = new WebSocket(url, secrets.protocols(question.url, question.protocols ?? []), {
        createConnection: () => socket,
        ...defined({ origin: question.origin ?? undefined }),
        headers: { 'User-Agent': AGENT, ...defined({ Cookie: cookie }) },
        perMessageDeflate: question.deflate ?? false,
        followRedirects: false,
        maxPayload: 4 * 1024 * 1024,
      });
    } catch (error) {
      socket.destroy();
      settle(failed(error));
      return;
    }
    const timer = setTimeout(() => {
      settle({ answer: { state: 'silent', headers: {}, body: '', ms: Date.now() - began, frames: [] } });
      client.terminate();
      socket.destroy();
    }, network.patience);
    let response: IncomingMessage | undefined;
    client.once('upgrade', (incoming) => (response = incoming));
    client.once('unexpected-response', (_request, incoming) => {
      const chunks: Buffer[] = [];
      const finish = (): void => {
        settle({
          answer: {
            state: 'answered',
            status: incoming.statusCode ?? 0,
            headers: plainHeaders(incoming.headers),
            body: Buffer.concat(chunks).toString('utf8').slice(0, 8000),
            ms: Date.now() - began,
            frames: [],
          },
        });
        socket.destroy();
      };
      setTimeout(finish, 500);
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('end', finish).once('error', finish).once('close', finish);
    });
    client.on('error', (error) => {
      const answer = failed(error).answer;
      // The ws library rejects a 101 that violates the protocol; the server did answer.
      if (response) {
        const state = SUBPROTOCOL.test(error.message) ? 'open' : 'not-http';
        const headers = plainHeaders(response.headers);
        settle({ answer: { ...answer, state, status: 101, headers, body: error.message.slice(0, 200) } });
      } else settle({ answer: answer.state === 'not-http' ? { ...answer, body: received().slice(0, 200) } : answer });
      socket.destroy();
    });
    client.once('open', () => {
      settle({ opened: { client, received, ...defined({ response }) } });
    });
  });
}

const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)).toString('utf8');

/** One handshake, and what the server says in the first moment after it. */
export async function askHandshake(
  network: Network,
  secrets: Secrets,
  question: Omit<HandshakeQuestion, 'ask'>,
): Promise<HandshakeAnswer> {
  const began = Date.now();
  const result = await openSocket(network, secrets, question);
  if ('answer' in result) return result.answer;
  const { client, response, received } = result.opened;
  const ms = Date.now() - began;
  const answer: HandshakeAnswer = {
    state: 'open',
    status: 101,
    headers: plainHeaders(response?.headers ?? {}),
    body: '',
    ms,
    frames: [],
  };
  if (client.protocol !== '') answer.protocol = client.protocol;
  const openedAt = Date.now();
  const ending = await new Promise<HandshakeAnswer['closed']>((resolve) => {
    let failure: string | undefined;
    const timer = setTimeout(resolve, question.listen ?? 400, undefined);
    client.on('message', (data, binary) => {
      if (answer.frames.length < 5) answer.frames.push(binary ? '(binary)' : textOf(data).slice(0, 500));
    });
    client.on('error', (error) => (failure = error.message.slice(0, 200)));
    client.once('close', (code, reason) => {
      clearTimeout(timer);
      resolve({
        code,
        reason: reason.toString('utf8').slice(0, 200),
        ms: Date.now() - openedAt,
        ...defined({ error: failure }),
      });
    });
  });
  if (ending) answer.closed = ending;
  const second = secondAnswer(received());
  if (second !== undefined) answer.second = second;
  client.terminate();
  return answer;
}

/** Handshakes at similar paths of the same host, a few at a time, until one opens. */
export async function askPaths(
  network: Network,
  secrets: Secrets,
  question: Omit<PathsQuestion, 'ask'>,
): Promise<PathsAnswer> {
  const results: PathsAnswer['results'] = [];
  for (let index = 0; index < question.paths.length; index += 4) {
    const batch = await Promise.all(
      question.paths.slice(index, index + 4).map(async (path) => {
        const url = new URL(question.url);
        url.pathname = path;
        const answer = await askHandshake(network, secrets, { url: url.href, origin: question.origin, listen: 150 });
        // What is cut at once was not accepted.
        const state = isCut(answer) ? 'closed' : answer.state;
        return { path, state, ...defined({ status: answer.status }) };
      }),
    );
    results.push(...batch);
    if (batch.some((result) => result.state === 'open')) break;
  }
  return { results };
}

/** Several clients, started one after the other and all kept open until the last one has its answer. */
export async function askClients(
  network: Network,
  secrets: Secrets,
  question: Omit<ClientsQuestion, 'ask'>,
): Promise<ClientsAnswer> {
  const open: WebSocket[] = [];
  const client = async (index: number): Promise<ClientsAnswer['results'][number]> => {
    await new Promise((resolve) => setTimeout(resolve, index * 60));
    const result = await openSocket(network, secrets, { url: question.url, origin: question.origin });
    if ('answer' in result) {
      const { state, status, headers, body } = result.answer;
      return { state, headers, body: body.slice(0, 500), ...defined({ status }) };
    }
    const { client: socket, response } = result.opened;
    open.push(socket);
    socket.on('error', () => undefined);
    return { state: 'open', status: 101, headers: plainHeaders(response?.headers ?? {}), body: '' };
  };
  try {
    return { results: await Promise.all(Array.from({ length: question.count }, (_, index) => client(index))) };
  } finally {
    for (const socket of open) socket.terminate();
  }
}

/** Holds two connections open: an idle one, and one with a heartbeat. */
export async function askIdle(
  network: Network,
  secrets: Secrets,
  question: Omit<IdleQuestion, 'ask'>,
): Promise<IdleAnswer> {
  const [silent, beating] = await Promise.all([
    openSocket(network, secrets, { url: question.url, origin: question.origin }),
    openSocket(network, secrets, { url: question.url, origin: question.origin }),
  ]);
  if ('answer' in silent || 'answer' in beating) {
    for (const result of [silent, beating]) if ('opened' in result) result.opened.client.terminate();
    return { opened: false };
  }
  const answer: IdleAnswer = { opened: true };
  const began = Date.now();
  const watch = (client: WebSocket, name: 'idle' | 'busy'): Promise<void> =>
    new Promise((resolve) => {
      let last = began;
      const timer = setTimeout(resolve, question.hold);
      client.on('message', () => (last = Date.now()));
      client.on('error', () => undefined);
      client.once('close', (code) => {
        answer[name] = { code, ms: Date.now() - (name === 'idle' ? last : began) };
        clearTimeout(timer);
        resolve();
      });
    });
  const busy = beating.opened.client;
  const heart = setInterval(
    () => {
      busy.ping();
    },
    Math.max(200, Math.min(1000, question.hold / 8)),
  );
  for (const client of [silent.opened.client, busy]) for (const text of question.hello ?? []) client.send(text);
  await Promise.all([watch(silent.opened.client, 'idle'), watch(busy, 'busy')]);
  clearInterval(heart);
  silent.opened.client.terminate();
  busy.terminate();
  return answer;
}
