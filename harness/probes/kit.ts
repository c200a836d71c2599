import type { Answer, Ask, Question } from '../diagnosis/readings.ts';
import { askBundle, askConfig, askHealth, askMonitor } from './content.ts';
import { askEngine, askSticky } from './engine-io.ts';
import { askHttp } from './http.ts';
import type { Network } from './network.ts';
import { askDns, askFingerprint, askTcp, askTls } from './network.ts';
import { askStream } from './stream.ts';
import { NO_SECRETS, type Secrets } from './secrets.ts';
import { askClients, askHandshake, askIdle, askPaths } from './websocket.ts';

/** The limits of a probe: connections to open, and milliseconds to take. */
export interface Allowance {
  requests: number;
  ms: number;
}

/** How long a single answer may take, in ms, when the speed of the system is not known. */
export const PATIENCE = 2500;

/** Upper bounds of each probe. */
export const ALLOWANCE: Readonly<Record<Ask, Allowance>> = {
  dns: { requests: 1, ms: 2500 },
  tcp: { requests: 1, ms: 2500 },
  tls: { requests: 1, ms: 3000 },
  fingerprint: { requests: 1, ms: 3000 },
  http: { requests: 1, ms: 6500 },
  handshake: { requests: 1, ms: 6500 },
  paths: { requests: 12, ms: 6000 },
  engineio: { requests: 10, ms: 6000 },
  sticky: { requests: 20, ms: 6000 },
  clients: { requests: 6, ms: 6000 },
  stream: { requests: 1, ms: 4500 },
  idle: { requests: 2, ms: 9000 },
  bundle: { requests: 13, ms: 6000 },
  config: { requests: 8, ms: 3500 },
  health: { requests: 24, ms: 3500 },
  monitor: { requests: 18, ms: 4000 },
};

/** Answers questions. A different implementation replays recorded answers. */
export interface Probes {
  /** @throws when the question cannot be answered; the diagnosis goes on without it. */
  answer(question: Question): Promise<Answer>;
}

/**
 * The probes of this machine.
 *
 * @param patience ms that a single answer may take
 */
export function liveProbes(
  network: Omit<Network, 'patience'>,
  secrets: Secrets = NO_SECRETS,
  patience = PATIENCE,
): Probes {
  return {
    answer(question) {
      // Each wait inside a probe is shorter than the time limit of the probe.
      const wanted = 'patience' in question ? (question.patience ?? patience) : patience;
      const patient: Network = { ...network, patience: Math.min(wanted, ALLOWANCE[question.ask].ms - 500) };
      return answerOf(patient, secrets, question);
    },
  };
}

async function answerOf(network: Network, secrets: Secrets, question: Question): Promise<Answer> {
  switch (question.ask) {
    case 'dns':
      return askDns(network, question.host, question.port);
    case 'tcp':
      return askTcp(network, question.host, question.port);
    case 'tls':
      return askTls(network, question.host, question.port, question.alpn, question.servername);
    case 'fingerprint':
      return askFingerprint(network, question.host, question.port, question.secure);
    case 'http':
      return askHttp(network, question);
    case 'handshake':
      return askHandshake(network, secrets, question);
    case 'paths':
      return askPaths(network, secrets, question);
    case 'engineio':
      return askEngine(network, question);
    case 'sticky':
      return askSticky(network, question);
    case 'stream':
      return askStream(network, secrets, question);
    case 'clients':
      return askClients(network, secrets, question);
    case 'idle':
      return askIdle(network, secrets, question);
    case 'bundle':
      return askBundle(network, secrets, question);
    case 'config':
      return askConfig(network, question);
    case 'health':
      return askHealth(network, question);
    case 'monitor':
      return askMonitor(network, question);
  }
}
