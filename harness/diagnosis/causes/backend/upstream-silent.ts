import { cause, surestOf } from '../../cause.ts';
import { addressOf, atPath, handshakeAnswer, isSocket, seenError } from '../../facts/answers.ts';
import { answersAtOnce } from '../../facts/refutations.ts';
import { label } from '../../facts/sentences.ts';
import { pathIsKnown } from '../../facts/servers.ts';
import { gatewayError } from '../../families/gateway-error.ts';
import { byTable } from '../../families/table.ts';
import { likely, possible } from '../../finding.ts';

export default cause({
  id: 'upstream-silent',
  hop: 'backend',
  sentence: 'The backend, or the network in front of it, never answers requests.',
  proof: 'The edge accepts the connection and either nothing comes back or the proxy answers 504 after its timeout.',
  lookAlikes: ['edge-silent', 'upstream-down', 'mixed-content', 'proxy-buffers-stream'],
  repair: 'Open the port between proxy and backend, and check that the backend is not blocked.',
  examineTarget: surestOf(
    (context, target) => {
      const waiting = target.symptom?.is === 'silent' || /TIMED_OUT/.test(seenError(target) ?? '');
      if (!waiting || target.kind === 'sse')
        return target.kind === 'sse' && waiting ? possible(`${label(target)} does not answer`) : undefined;
      const { host, port, secure } = target.address;
      // The page itself just came from there: the path may only be slow.
      const samePlace = context.pageLoaded && host === context.page.host && port === context.page.port;
      const patience = samePlace ? { patience: PATIENT_MS } : {};
      const answer = isSocket(target)
        ? handshakeAnswer(context, target, patience)
        : context.get(addressOf(target), patience);
      if (!answer) return possible(`${label(target)} does not answer`);
      const silent = 'state' in answer ? answer.state === 'silent' : answer.failure === 'silent';
      if (!silent) return undefined;
      const root = context.get(atPath(target.address, '/'));
      const other = isSocket(target) ? context.get(addressOf(target)) : undefined;
      if (isSocket(target) && !other) return possible(`${label(target)} does not answer a handshake`);
      if (
        isSocket(target) &&
        other?.status !== undefined &&
        other.status < 500 &&
        pathIsKnown(context, target) !== false
      ) {
        return possible(`${label(target)} does not answer a handshake, and answers a plain request`);
      }
      if (samePlace && target.kind === 'api' && LONG_POLL.test(target.address.path))
        return possible(`${label(target)} does not answer: a server may hold such a request until it has news`);
      if (samePlace)
        return likely(
          `${label(target)} does not answer within ${PATIENT_MS / 1000} s, and the page came from the same server`,
        );
      if (root?.status !== undefined)
        return likely(`${label(target)} does not answer, and other paths of ${host} are answered at once`);
      const fingerprint = context.ask({ ask: 'fingerprint', host, port, secure });
      if (fingerprint && fingerprint.program !== 'unknown')
        return likely(`${fingerprint.program} answers at ${host}:${port}, and the server behind it does not`);
      const tls = secure ? context.ask({ ask: 'tls', host, port, alpn: 'any' }) : undefined;
      if (tls?.state === 'ok')
        return likely(`${host}:${port} completes the TLS handshake, and nothing answers behind it`);
      return possible(`${host}:${port} accepts the connection and sends nothing`);
    },
    byTable(gatewayError, 'upstream-silent'),
  ),
  excluded: answersAtOnce,
});

/** Names of what servers hold on purpose: long polling. */
const LONG_POLL = /poll|live-?reload|\bupdates?\b|\bchanges\b|comet|bosh|notif|\bwait\b|subscri/i;

/** How long a path may take whose server just sent the page, in ms. */
const PATIENT_MS = 5000;
