import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { Recorder, Recorded } from '../browser/recorder.ts';
import type { DeliveryObservation } from '../diagnosis/case.ts';
import { eventNameOf } from '../diagnosis/conversation.ts';

/** A page that should get the message. */
export interface Client {
  page: Page;
  recorder: Recorder;
}

export interface Published {
  /** The command's exit status; null when it was stopped for taking too long. */
  code: number | null;
  /** The beginning of what it printed. */
  output: string;
}

/** Runs a person's own publishing command, with the nonce in its environment and in place of `{nonce}`. */
export async function runPublisher(command: string, nonce: string, timeoutMs: number): Promise<Published> {
  return new Promise((resolve) => {
    const child = spawn(command.replaceAll('{nonce}', nonce), {
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SINTOMA_NONCE: nonce },
      detached: true,
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      if (output.length < 4000) output += chunk.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setTimeout(() => {
      // The command may have started others: its whole group ends.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: error.message });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output: output.slice(0, 4000) });
    });
  });
}

/** Words of an answer that was no success although the command ended with 0. */
const FAILED =
  /HTTP\/[\d.]+ [45]\d\d|"(status|statusCode|code)"\s*:\s*[45]\d\d\b|^\s*[45]\d\d\s*$|Internal Server Error|Server Error|Bad Gateway|Service Unavailable|"(ok|success|published|delivered)"\s*:\s*false|"error"\s*:\s*["{]|ECONNREFUSED|cURL error|exception/im;

const STATUS = /HTTP\/[\d.]+ (\d{3})|"(?:status|statusCode)"\s*:\s*(\d{3})\b|^\s*(\d{3})\s*$/m;

/** What the publisher says it did. */
export function readPublisher({ code, output }: Published): {
  published: boolean;
  publisherStatus?: number;
  publisherText?: string;
} {
  const found = STATUS.exec(output);
  const status = found ? Number(found[1] ?? found[2] ?? found[3]) : undefined;
  const published = code === 0 && !FAILED.test(output);
  return {
    published,
    ...(status !== undefined
      ? { publisherStatus: status }
      : code !== 0 && code !== null
        ? { publisherStatus: code >= 400 ? code : 500 }
        : {}),
    ...(output.trim() !== '' ? { publisherText: output.trim().slice(0, 500) } : {}),
  };
}

/** The first received frame, event or polled answer that holds the nonce. */
export function frameWith(recorded: Recorded, nonce: string): string | undefined {
  for (const socket of recorded.sockets) {
    const frame = socket.frames.find((one) => one.direction === 'received' && one.text.includes(nonce));
    if (frame) return frame.text;
  }
  for (const request of recorded.requests) {
    const event = request.events?.find((one) => one.text.includes(nonce));
    if (event) return event.text;
    if (request.url.includes('EIO=') && request.body?.includes(nonce)) {
      return request.body.split('\u001e').find((packet) => packet.includes(nonce)) ?? request.body;
    }
  }
  return undefined;
}

/** The event name in a frame; those of an event stream stand before the colon, `message` being no name. */
function nameIn(frame: string): string | undefined {
  const stream = /^([\w.:\\-]+): /.exec(frame);
  if (stream) return stream[1] === 'message' ? eventNameOf(frame.slice(stream[0].length)) : stream[1];
  return eventNameOf(frame);
}

/** Text and fields of the page. */
async function textOf(page: Page): Promise<string> {
  return page
    .evaluate(() => {
      const fields = Array.from(document.querySelectorAll<HTMLInputElement>('input,textarea')).map(
        (field) => field.value,
      );
      return [document.body?.textContent ?? '', ...fields].join('\n').slice(0, 500_000);
    })
    .catch(() => '');
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How long a published message may take to be shown, in ms, after the publisher is done. */
const GRACE = 2500;
/** How often the command runs at most: a message that reaches some clients now and then needs more than one try. */
const ROUNDS = 3;

/**
 * Publishes messages that did not exist before, and watches what becomes of them.
 *
 * @param revisit opens the page anew and answers whether it shows the nonce
 */
export async function observeDelivery(
  clients: readonly Client[],
  command: string,
  revisit: (nonce: string) => Promise<boolean>,
  timeoutMs: number,
): Promise<DeliveryObservation> {
  const [first] = clients as [Client];
  let last: DeliveryObservation['channels'][string] = { outcome: 'never', published: false };
  for (let round = 0; round < ROUNDS; round += 1) {
    const nonce = `sintoma${randomBytes(5).toString('hex')}`;
    const earlier = await Promise.all(clients.map(({ page }) => textOf(page)));
    await pause(round === 0 ? 400 : 100);
    const before = await Promise.all(clients.map(({ page }) => textOf(page)));
    const publisher = readPublisher(await runPublisher(command, nonce, timeoutMs));
    const until = Date.now() + GRACE;
    let shown: boolean[];
    let framed: (string | undefined)[] = [];
    do {
      await pause(80);
      const now = await Promise.all(clients.map(({ page }) => textOf(page)));
      framed = clients.map(({ recorder }) => frameWith(recorder.recorded, nonce));
      // A page that counts rather than quotes shows a message by changing when it comes.
      shown = now.map(
        (text, index) =>
          text.includes(nonce) ||
          (framed[index] !== undefined && earlier[index] === before[index] && text !== before[index]),
      );
    } while (!shown.every(Boolean) && Date.now() < until);
    const received = shown.filter(Boolean).length;
    const frame = framed.find((text) => text !== undefined);
    const named = frame === undefined ? undefined : nameIn(frame);
    last = {
      outcome: received === clients.length ? 'live' : received > 0 ? 'partial' : 'never',
      ...publisher,
      frameSeen: framed[0] !== undefined || (received === 0 && frame !== undefined),
      received: shown.map((one, index) => one || framed[index] !== undefined).filter(Boolean).length,
      clients: clients.length,
      greetings: clients.flatMap(({ recorder }) =>
        recorder.recorded.sockets.flatMap((socket) =>
          socket.frames
            .filter((one) => one.direction === 'received')
            .slice(0, 1)
            .map((one) => one.text.slice(0, 300)),
        ),
      ),
      ...(named !== undefined ? { frame: named } : {}),
    };
    if (received === 0) {
      // Frames for some clients and none for others is a broker's doing, whatever the page shows.
      if ((last.received ?? 0) > 0 && (last.received ?? 0) < clients.length) last.outcome = 'partial';
      else if (await revisit(nonce)) last.outcome = 'after-reload';
      break;
    }
    if (received < clients.length) break;
    if (
      first.recorder.recorded.sockets.every((socket) => socket.openedAt === undefined) &&
      first.recorder.recorded.requests.some((request) => request.url.includes('transport=polling'))
    )
      last.outcome = 'polling';
  }
  return { channels: { page: last } };
}
