import type { Answers, Ask, Reading } from './readings.ts';
import { isReadingOf } from './readings.ts';
import { describe } from './answers.ts';
import { describeAnswer } from './facts/sentences.ts';

/** A reading as text. */
export function readingText(reading: Reading): { question: string; answer: string } {
  return { question: questionText(reading.question), answer: answerText(reading) };
}

/** A question as text. */
export function questionText(question: Reading['question']): string {
  switch (question.ask) {
    case 'dns':
      return `does ${question.host} resolve?`;
    case 'tcp':
      return `does ${question.host}:${question.port} accept connections?`;
    case 'tls':
      return `TLS at ${question.host}:${question.port}${question.servername ? ` as ${question.servername}` : ''}, offering ${question.alpn === 'any' ? 'h2 and http/1.1' : 'http/1.1'}?`;
    case 'fingerprint':
      return `which program is the first server at ${question.host}:${question.port}?`;
    case 'http': {
      const how = [
        question.preflight && `preflight for ${question.preflight.method}`,
        question.origin && `with Origin ${question.origin}`,
        question.forwardedProto && `with X-Forwarded-Proto ${question.forwardedProto}`,
        question.padding && `with ${question.padding} characters more`,
        question.as && `as ${question.as}`,
        question.fresh && 'bypassing caches',
      ].filter(Boolean);
      return `${question.method ?? (question.preflight ? 'OPTIONS' : 'GET')} ${short(question.url)}${how.length > 0 ? ` (${how.join(', ')})` : ''}`;
    }
    case 'handshake':
      return `WebSocket handshake with ${short(question.url)}, ${question.origin === null ? 'without Origin' : `Origin ${question.origin}`}${question.protocols?.length ? `, subprotocol ${question.protocols.join(', ').slice(0, 60)}` : ''}`;
    case 'paths':
      return `handshakes at paths similar to ${short(question.url)}?`;
    case 'engineio':
      return `does Engine.IO answer at ${short(question.url)}?`;
    case 'sticky':
      return `do all requests of a polling session reach the same server at ${short(question.url)}?`;
    case 'stream':
      return `does the event stream ${short(question.url)} deliver events (${question.encoding})?`;
    case 'clients':
      return `${question.count} clients at once at ${short(question.url)}?`;
    case 'idle':
      return `is an idle connection to ${short(question.url)} kept for ${(question.hold / 1000).toFixed(1)} s?`;
    case 'bundle':
      return `what do the scripts of ${short(question.page)} contain${question.fresh ? ' (fresh copy)' : ''}?`;
    case 'config':
      return `is there a run-time configuration next to ${short(question.page)}?`;
    case 'health':
      return 'what does the application report about its health?';
    case 'monitor':
      return 'what do Prometheus and AlertManager report?';
  }
}

/** Parameters that name a protocol; the values of all others stay out of sight. */
const SHOWN = /^(EIO|transport|protocol|client|version|v)$/;

/** A URL as it was asked for: bounded, with the names of its parameters. */
const short = (url: string): string => {
  const [bare = '', query = ''] = url.split('?');
  const names = [...new URLSearchParams(query)].map(([name, value]) =>
    SHOWN.test(name) && /^[\w.-]{1,16}$/.test(value) ? `${name}=${value}` : `${name}=…`,
  );
  const text = `${bare}${names.length > 0 ? `?${names.join('&')}` : ''}`;
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
};

function answerText(reading: Reading): string {
  const is = <A extends Ask>(ask: A): Answers[A]['answer'] | undefined =>
    isReadingOf(reading, ask) ? reading.answer : undefined;
  const dns = is('dns');
  if (dns) return dns.addresses.length > 0 ? dns.addresses.join(', ') : 'no address';
  const tcp = is('tcp');
  if (tcp) return `${tcp.state} (${tcp.ms} ms)`;
  const tls = is('tls');
  if (tls)
    return tls.state === 'ok'
      ? `ok, ${tls.alpn ?? 'no protocol agreed'}, certificate for ${(tls.names ?? []).slice(0, 3).join(', ') || tls.subject || '?'} until ${tls.validTo ?? '?'}`
      : `${tls.state}${tls.error ? `: ${tls.error}` : ''}`;
  const fingerprint = is('fingerprint');
  if (fingerprint) return fingerprint.failure ?? fingerprint.program;
  const http = is('http');
  if (http) return http.status !== undefined ? describe(http) : (http.failure ?? 'no answer');
  const handshake = is('handshake');
  if (handshake) {
    if (handshake.state === 'open')
      return `101${handshake.protocol ? `, ${handshake.protocol}` : ''}${handshake.closed ? `, closed ${handshake.closed.code} ${handshake.closed.reason}` : ''}`.trim();
    if (handshake.state === 'not-http' && handshake.body !== '') return describeAnswer(handshake);
    return handshake.status !== undefined ? describe(handshake) : handshake.state;
  }
  const paths = is('paths');
  if (paths)
    return paths.results
      .map((result) => `${result.path} ${result.state === 'open' ? 101 : (result.status ?? result.state)}`)
      .join(', ');
  const engine = is('engineio');
  if (engine)
    return engine.results
      .map((result) => `${result.path} ${result.open ? 'open' : (result.status ?? result.failure ?? '?')}`)
      .join(', ');
  const sticky = is('sticky');
  if (sticky) return `${sticky.unknown} of ${sticky.requests} requests met a server that does not know the session`;
  const stream = is('stream');
  if (stream) return stream.failure ?? `${stream.status ?? 'no headers'}, ${stream.events} events`;
  const clients = is('clients');
  if (clients)
    return clients.results
      .map((result) => (result.state === 'open' ? '101' : String(result.status ?? result.state)))
      .join(', ');
  const idle = is('idle');
  if (idle)
    return idle.opened
      ? `${idle.idle ? `cut after ${idle.idle.ms} ms` : 'kept'}; with a heartbeat ${idle.busy ? `cut after ${idle.busy.ms} ms` : 'kept'}`
      : 'could not be opened';
  const bundle = is('bundle');
  if (bundle)
    return (
      bundle.failure ??
      `${bundle.scripts.length} scripts, ${bundle.bytes} characters, ${bundle.libraries.join(', ') || 'no known library'}`
    );
  const config = is('config');
  if (config) return config.found.map((one) => one.path).join(', ') || 'none';
  const health = is('health');
  if (health) return health.found.map((one) => `${short(one.url)} ${one.status}`).join(', ') || 'nothing';
  const monitor = is('monitor');
  return (
    monitor?.found
      .map(
        (one) =>
          `${one.program} at ${one.base}: ${one.targetsDown.length} targets down, ${one.failedNotifications} failed notifications`,
      )
      .join('; ') || 'nothing'
  );
}
