// A plain TCP client, so that what is compared are the server's own bytes and the way it ends a connection.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Tcp = 'open' | 'FIN' | 'reset';

export interface Seen {
  /** One character a byte. */
  bytes: string;
  tcp: Tcp;
}

const PATIENCE = 5000;
/** How long nothing more must come before a connection counts as open and silent. */
const SILENCE = 150;

export class RawClient {
  readonly #socket: Socket;
  #unread = '';
  #segments = 0;
  #tcp: Tcp = 'open';

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (bytes) => {
      this.#unread += bytes.toString();
      this.#segments += 1;
    });
    this.#socket.on('end', () => {
      if (this.#tcp === 'open') this.#tcp = 'FIN';
    });
    this.#socket.on('error', () => {
      if (this.#tcp === 'open') this.#tcp = 'reset';
    });
  }

  get segments(): number {
    return this.#segments;
  }

  send(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  async close(): Promise<void> {
    if (this.#socket.closed) return;
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  /** Waits for `length` bytes, then for the end or for silence, and returns everything that came. */
  async read(length: number, end: Tcp, silence = SILENCE): Promise<Seen> {
    await this.#until(() => this.#unread.length >= length);
    if (end === 'open') await sleep(silence);
    else await this.#until(() => false);
    return { bytes: this.#take(this.#unread.length), tcp: this.#tcp };
  }

  /** Waits until `find` recognises a beginning of what came, and takes that beginning. */
  async take(find: (unread: string) => number): Promise<string> {
    await this.#until(() => find(this.#unread) > 0);
    return this.#take(find(this.#unread));
  }

  #take(length: number): string {
    const taken = this.#unread.slice(0, length);
    this.#unread = this.#unread.slice(length);
    return taken;
  }

  async #until(ready: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!ready() && this.#tcp === 'open' && Date.now() < deadline) await sleep(2);
  }
}
