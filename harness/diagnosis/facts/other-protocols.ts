/** Ports of protocols that are no HTTP: https://www.iana.org/assignments/service-names-port-numbers */

const PROTOCOLS: Readonly<Record<number, string>> = {
  22: 'SSH',
  25: 'SMTP',
  1883: 'MQTT over TCP',
  3306: 'MySQL',
  4222: 'NATS',
  5222: 'XMPP over TCP',
  5432: 'PostgreSQL',
  5672: 'AMQP',
  6379: 'Redis',
  8883: 'MQTT over TLS',
  9092: 'Kafka',
  11211: 'memcached',
  27017: 'MongoDB',
  61613: 'STOMP over TCP',
};

/** The protocol for which a port is known, where that is no HTTP. */
export const protocolOfPort = (port: number): string | undefined => PROTOCOLS[port];
