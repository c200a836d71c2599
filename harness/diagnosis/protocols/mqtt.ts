/** MQTT over WebSockets. */
import { type Packet, parser as mqttParser } from 'mqtt-packet';
import type { Conversation } from '../conversation.ts';

/** Why an MQTT broker refuses a client: codes of MQTT 3 and, from 128 on, of MQTT 5. */
const MQTT_REFUSALS: Readonly<Record<number, string>> = {
  1: 'unacceptable protocol version',
  2: 'client identifier rejected',
  3: 'server unavailable',
  4: 'bad credentials (user name or password)',
  5: 'not authorized',
  132: 'unsupported protocol version',
  133: 'client identifier not valid',
  134: 'bad credentials (user name or password)',
  135: 'not authorized',
  136: 'server unavailable',
  151: 'quota exceeded',
  159: 'connection rate exceeded: too many connections',
};

/** The packets in a stream of MQTT, as far as it can be read. */
function mqttPackets(stream: Buffer[], protocolVersion?: number): Packet[] {
  const packets: Packet[] = [];
  const parser = mqttParser(protocolVersion === undefined ? {} : { protocolVersion });
  parser.on('packet', (packet) => packets.push(packet));
  parser.on('error', () => undefined);
  for (const part of stream) parser.parse(part);
  return packets;
}

/** Reads the bytes of both directions. */
export function readMqtt(conversation: Conversation, received: Buffer[], sent: Buffer[]): void {
  const connect = mqttPackets(sent).find((packet) => packet.cmd === 'connect');
  if (connect)
    conversation.credential = connect.username === undefined && connect.password === undefined ? 'none' : 'sent';
  for (const packet of mqttPackets(received, connect?.protocolVersion)) {
    if (packet.cmd === 'publish') conversation.messages += 1;
    // From 128 on a code says that there is no subscription: 135 that it is not authorized, and 128 of older brokers anything.
    const granted = packet.cmd === 'suback' ? packet.granted.map(Number) : [];
    if (granted.length > 0 && granted.every((code) => code >= 128))
      conversation.error = { text: `MQTT: not authorized to subscribe, or refused otherwise (${granted.join(', ')})` };
    if (packet.cmd !== 'connack' && packet.cmd !== 'disconnect') continue;
    const code = packet.reasonCode ?? (packet.cmd === 'connack' ? packet.returnCode : undefined) ?? 0;
    if (code === 0) conversation.greeted = true;
    else conversation.error = { code, text: `MQTT: ${MQTT_REFUSALS[code] ?? `reason ${code}`}` };
  }
}
