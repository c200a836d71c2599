// WebSocket frames written by hand: the tests also need wrong ones.
export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

export interface ClientFrame {
  opcode: number;
  payload: string | Buffer;
  masked?: boolean;
  reservedBits?: number;
}

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

export const text = (payload: string): ClientFrame => ({ opcode: OPCODE.text, payload });

export function clientFrame({ opcode, payload, masked = true, reservedBits = 0 }: ClientFrame): Buffer {
  const data = Buffer.from(payload);
  const head = header(opcode | (reservedBits << 4), data.length, masked);
  if (!masked) return Buffer.concat([head, data]);
  return Buffer.concat([head, MASK, data.map((byte, index) => byte ^ (MASK[index % 4] ?? 0))]);
}

/** One character a byte, as the raw client returns them. */
export function serverFrame(opcode: number, payload: string | Buffer): string {
  const data = Buffer.from(payload);
  return Buffer.concat([header(opcode, data.length, false), data]).toString('latin1');
}

export const serverText = (payload: string) => serverFrame(OPCODE.text, payload);

export function closePayload(code: number, reason = ''): Buffer {
  return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
}

/** Length of the complete server frame that `bytes` begins with, or 0. */
export function frameLength(bytes: string): number {
  const frame = Buffer.from(bytes, 'latin1');
  if (frame.length < 2) return 0;
  const short = frame.readUInt8(1);
  const total = short < 126 ? 2 + short : frame.length < 4 ? Infinity : 4 + frame.readUInt16BE(2);
  return frame.length >= total ? total : 0;
}

/** Payload of one complete server frame. */
export function payloadOf(frame: string): string {
  const bytes = Buffer.from(frame, 'latin1');
  return bytes.subarray(bytes.readUInt8(1) < 126 ? 2 : 4).toString();
}

function header(firstByte: number, length: number, masked: boolean): Buffer {
  const maskBit = masked ? 0x80 : 0;
  if (length < 126) return Buffer.from([0x80 | firstByte, maskBit | length]);
  return Buffer.from([0x80 | firstByte, maskBit | 126, length >> 8, length & 0xff]);
}
