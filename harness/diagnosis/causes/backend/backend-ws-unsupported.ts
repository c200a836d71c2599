import { programOf, sameAnswer, stockProgram } from '../../answers.ts';
import { cause } from '../../cause.ts';
import { handshakeAnswer, isSocket, plainAnswer, seenStatus } from '../../facts/answers.ts';
import { otherEntryPoints } from '../../facts/entry-points.ts';
import { originSensitive } from '../../facts/origins.ts';
import { upgradesWork } from '../../facts/refutations.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { firstServer, frontEndAnswers, pathIsKnown } from '../../facts/servers.ts';
import { finding, likely, proven } from '../../finding.ts';

export default cause({
  id: 'backend-ws-unsupported',
  hop: 'backend',
  sentence: 'The backend server does not support WebSockets: the library is missing or switched off.',
  proof: 'The endpoint exists in the framework, and the server ignores or refuses every upgrade, also without a proxy.',
  lookAlikes: ['proxy-upgrade-missing', 'backend-endpoint-missing', 'transport-no-fallback'],
  repair: 'Install or enable WebSocket support (uvicorn[standard], an async worker), and restart.',
  examineTarget: (context, target) => {
    if (!isSocket(target)) return undefined;
    const status = seenStatus(target);
    if (status === undefined || status === 401 || (status >= 301 && status <= 308) || [502, 503, 504].includes(status))
      return undefined;
    const handshake = handshakeAnswer(context, target);
    if (!handshake || handshake.state === 'open' || handshake.status === undefined) return undefined;
    const text = `a handshake is answered ${describeAnswer(handshake)}`;
    if (
      /websockets? (is |are )?(not supported|unsupported|disabled|not enabled|not available)|no websocket (library|support)|does not support websocket|unsupported upgrade|upgrade (is )?not supported/i.test(
        handshake.body,
      )
    )
      return proven(text);
    if (status === 501) return likely(text);
    if (frontEndAnswers(context, target) || stockProgram(handshake.body) !== undefined) return undefined;
    const front = firstServer(context, target);
    const get = plainAnswer(context, target);
    const alike = get !== undefined && sameAnswer(handshake, get);
    const asgi =
      /"detail"\s*:\s*"(Not Found|Method Not Allowed)"/.test(handshake.body) || programOf(handshake) === 'uvicorn';
    if (asgi && status === 400 && /unsupported upgrade|invalid http/i.test(handshake.body))
      return likely(text, 'the ASGI server refuses every upgrade');
    if (asgi && alike && (status === 404 || status === 405)) {
      const elsewhere = otherEntryPoints(context, target).filter((entry) => {
        const there = context.handshake(entry);
        return there !== undefined && sameAnswer(there, handshake);
      });
      if (elsewhere.length > 0)
        return likely(
          text,
          'a plain request gets the same answer',
          `the same happens at ${elsewhere[0]?.host}:${elsewhere[0]?.port}, without the proxy: the server does not support upgrades`,
        );
      return finding(
        front.proxied === false ? 'likely' : 'possible',
        text,
        'an ASGI server with WebSocket support refuses unknown paths with 403',
        front.text,
      );
    }
    // The endpoint exists, and fails for every handshake, whatever its origin.
    if (
      status === 500 &&
      !alike &&
      front.proxied !== true &&
      pathIsKnown(context, target) === true &&
      !originSensitive(context, target)
    )
      return finding(
        front.proxied === false ? 'likely' : 'possible',
        text,
        `a plain request is answered ${describeAnswer(get)}`,
        front.text,
      );
    if (!alike || front.proxied !== false) return undefined;
    const engine = target.kind === 'engine.io';
    if (engine) return undefined;
    return finding(
      pathIsKnown(context, target) === true ? 'likely' : 'possible',
      text,
      'a plain request of the path gets the same answer: the server ignores the upgrade',
      front.text,
    );
  },
  excluded: upgradesWork,
});
