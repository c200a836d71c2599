import http from 'node:http';
import type { Socket } from 'node:net';
import { createGunzip } from 'node:zlib';
import { eventParser } from '../browser/event-stream.ts';
import { defined } from '../common/defined.ts';
import type { StreamAnswer, StreamQuestion } from '../diagnosis/readings.ts';
import { AGENT, connectTo, plainHeaders } from './http.ts';
import type { Network } from './network.ts';
import { failureOf } from './network.ts';
import type { Secrets } from './secrets.ts';

/** Reads an event stream for a while, and notes when each part of it came. */
export async function askStream(
  network: Network,
  secrets: Secrets,
  question: Omit<StreamQuestion, 'ask'>,
): Promise<StreamAnswer> {
  const began = Date.now();
  const url = new URL(secrets.reveal(question.url));
  const answer: StreamAnswer = { headers: {}, chunks: [], events: 0 };
  let socket: Socket;
  try {
    socket = await connectTo(network, url);
  } catch (error) {
    return { ...answer, failure: failureOf(error) };
  }
  const cookie = secrets.cookies(question.url);
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(finish, question.listen);
    const request = http.request({
      createConnection: () => socket,
      path: `${url.pathname}${url.search}`,
      headers: {
        Host: url.host,
        'User-Agent': AGENT,
        Accept: 'text/event-stream',
        'Accept-Encoding': question.encoding,
        'Cache-Control': 'no-cache',
        ...defined({ Cookie: cookie }),
      },
      setHost: false,
    });
    request.once('error', (error) => {
      answer.failure ??= failureOf(error);
      finish();
    });
    request.once('response', (response) => {
      answer.status = response.statusCode ?? 0;
      answer.headers = plainHeaders(response.headers);
      answer.headersMs = Date.now() - began;
      const parser = eventParser(() => {
        answer.events += 1;
      });
      const decoder = new TextDecoder();
      response.on('data', () => {
        if (answer.chunks.length < 50) answer.chunks.push(Date.now() - began);
      });
      const body = answer.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response;
      body.on('data', (chunk: Buffer) => {
        const text = decoder.decode(chunk, { stream: true });
        answer.lines = (answer.lines ?? 0) + (text.match(/^data:/gm)?.length ?? 0);
        parser.feed(text);
      });
      body.once('error', finish);
      response.once('end', finish).once('error', finish);
    });
    request.end();
  });
}
