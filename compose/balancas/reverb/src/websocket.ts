// One open WebSocket on a raw socket.
// Framing is done by the `ws` library's Receiver and Sender; only what they cannot know is written here:
// the handshake is not theirs (see handshake.ts), the texts of close frames are those of the real server's
// library, and "end" is a TCP end without a close frame.
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import * as ws from 'ws';

interface FrameOptions {
  fin: boolean;
  mask: boolean;
  opcode: number;
  readOnly: boolean;
  rsv1: boolean;
}

// Exported by `ws` but not described by its types.
const { Receiver, Sender } = ws as unknown as {
  Receiver: new (options: { isServer: boolean; maxPayload: number }) => Writable;
  Sender: { frame(data: Buffer, options: FrameOptions): Buffer[] };
};

const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 };

const BAD_CONTROL_FRAME = 'Ratchet detected a mismatch between final bit and indicated payload length';
const BAD_RESERVED_BITS = 'Ratchet detected an invalid reserve code';
const TOO_BIG = 'Maximum message size exceeded';

/** Close code and reason for each violation that the receiver reports. */
const VIOLATIONS: Record<string, [code: number, reason: string]> = {
  WS_ERR_EXPECTED_MASK: [1002, 'Ratchet detected an incorrect frame mask'],
  WS_ERR_UNEXPECTED_RSV_1: [1002, BAD_RESERVED_BITS],
  WS_ERR_UNEXPECTED_RSV_2_3: [1002, BAD_RESERVED_BITS],
  WS_ERR_INVALID_UTF8: [1007, 'Ratchet detected an invalid UTF-8 payload'],
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: [1009, TOO_BIG],
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: [1009, TOO_BIG],
  // The following were read in the library's source, not measured.
  WS_ERR_INVALID_CLOSE_CODE: [1002, 'Ratchet detected an invalid close code'],
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH: [1002, BAD_CONTROL_FRAME],
  WS_ERR_EXPECTED_FIN: [1002, BAD_CONTROL_FRAME],
  WS_ERR_INVALID_OPCODE: [1002, 'Ratchet detected an invalid OP code'],
};

export interface WebSocketEvents {
  message(text: string): void;
  /** A ping, a pong or a close, before it is answered. */
  control(): void;
  closed(): void;
}

export class WebSocketConnection {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Starts to read frames. Writing works before. */
  open(maxMessageSize: number, events: WebSocketEvents): void {
    const receiver = new Receiver({ isServer: true, maxPayload: maxMessageSize });
    const close = (code: number, reason: Buffer | string) => {
      events.control();
      this.close(code, reason);
    };

    receiver.on('message', (data: Buffer) => events.message(data.toString()));
    receiver.on('ping', (payload: Buffer) => {
      events.control();
      this.#write(OPCODE.pong, payload);
    });
    receiver.on('pong', () => events.control());
    // 1005 is the library's word for "no code": the answer to it is 1000.
    receiver.on('conclude', (code: number, reason: Buffer) => close(code === 1005 ? 1000 : code, reason));
    receiver.on('error', (error: Error & { code?: string }) => close(...(VIOLATIONS[error.code ?? ''] ?? [1002, ''])));

    this.#socket.on('data', (chunk) => {
      if (!this.#socket.writableEnded && receiver.writable) receiver.write(chunk);
    });
    this.#socket.once('close', () => events.closed());
  }

  send(text: string): void {
    this.#write(OPCODE.text, Buffer.from(text));
  }

  ping(): void {
    this.#write(OPCODE.ping, Buffer.alloc(0));
  }

  close(code: number, reason: Buffer | string): void {
    const payload = Buffer.concat([Buffer.alloc(2), Buffer.from(reason)]);
    payload.writeUInt16BE(code);
    this.#write(OPCODE.close, payload);
    this.end();
  }

  /** Ends TCP without a close frame, which a browser reports as 1006. */
  end(): void {
    this.#socket.destroySoon();
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#socket.writableEnded || this.#socket.destroyed) return;
    const frame = Sender.frame(payload, { fin: true, mask: false, opcode, readOnly: true, rsv1: false });
    this.#socket.write(Buffer.concat(frame));
  }
}
