import { isGatewayStatus, stockProgram } from '../../answers.ts';
import { cause } from '../../cause.ts';
import { atPath, realStatus, seenError } from '../../facts/answers.ts';
import { frontEndAnswers } from '../../facts/servers.ts';
import { likely, possible, proven } from '../../finding.ts';
import { withScheme } from '../../urls.ts';

export default cause({
  id: 'socketio-path-mismatch',
  hop: 'policy',
  sentence: 'Client and server use different Socket.IO request paths.',
  proof: "The client's path is not answered as Engine.IO, and another path of the same host is.",
  lookAlikes: ['namespace-invalid', 'proxy-route-missing', 'client-protocol-mismatch', 'backend-endpoint-missing'],
  repair: 'Set the same path option on both sides.',
  examineTarget: (context, target) => {
    if (
      target.kind !== 'engine.io' ||
      !target.symptom ||
      target.symptom.is === 'blocked' ||
      target.symptom.is === 'refused' ||
      target.symptom.is === 'dismissed'
    )
      return undefined;
    if (/REFUSED|NAME_NOT|CERT|SSL/.test(seenError(target) ?? '')) return undefined;
    const status = realStatus(context, target);
    if (isGatewayStatus(status)) return undefined;
    if (target.symptom.is === 'silent') {
      // If the root does not answer, no other path will.
      const root = context.get(atPath(target.address, '/'));
      if (!root || root.failure === 'silent') return undefined;
    }
    const built =
      context
        .bundle()
        ?.literals.filter(
          (literal) => /^\/[\w/.-]{1,40}$/.test(literal) && /io|ws|socket|live|realtime|chat/i.test(literal),
        ) ?? [];
    const { path } = target.address;
    const candidates = [
      '/socket.io/',
      '/api/socket.io/',
      '/ws/socket.io/',
      '/ws/',
      '/realtime/',
      '/io/',
      '/socket/',
      '/realtime/socket.io/',
      '/socket/socket.io/',
      '/chat/socket.io/',
      '/api/v1/socket.io/',
      ...built.map((one) => (one.endsWith('/') ? one : `${one}/`)),
    ];
    const folded = path.replace(/[^/]+\/$/, '');
    const paths = [
      path,
      ...new Set([path.startsWith('/socket.io') ? '' : '/socket.io/', folded === '/' ? '' : folded, ...candidates]),
    ]
      .filter((one, index, all) => one !== '' && one !== '/' && all.indexOf(one) === index)
      .slice(0, 14);
    const probed = context.ask({ ask: 'engineio', url: withScheme({ ...target.address, query: '' }, 'http'), paths });
    const open = probed?.results.find((result) => result.open);
    if (open && open.path !== path)
      return proven(
        `${path} does not answer as Engine.IO (${status ?? seenError(target) ?? 'no answer'}), and ${open.path} of the same host does`,
      );
    if (open) return undefined;
    const slow =
      /CONNECTION_CLOSED|EMPTY_RESPONSE/.test(seenError(target) ?? '') &&
      target.attempts.some(
        (attempt) =>
          attempt.closedAt !== undefined && attempt.closedAt - attempt.at > 900 && attempt.closedAt - attempt.at < 1400,
      );
    if (slow)
      return likely('the handshake was dropped after one second, as Engine.IO does for paths that it does not serve');
    return status === 404 &&
      probed &&
      !frontEndAnswers(context, target) &&
      stockProgram({ body: probed.results[0]?.body ?? '', headers: {} }) === undefined
      ? possible(`${path} is answered 404 by the application, not by Engine.IO`)
      : undefined;
  },
});
