import { programOf, sameAnswer, stockProgram } from '../../answers.ts';
import { cause, surestOf } from '../../cause.ts';
import { handshakeAnswer, isSocket, plainAnswer, seenStatus } from '../../facts/answers.ts';
import { withoutSockets } from '../../facts/hubs.ts';
import { originSensitive } from '../../facts/origins.ts';
import { upgradesWork } from '../../facts/refutations.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { firstServer, frontEndAnswers, pathIsKnown } from '../../facts/servers.ts';
import { plainHandshakeTable } from '../../families/plain-handshake.ts';
import { byTable } from '../../families/table.ts';
import { finding, likely, proven } from '../../finding.ts';

/** Programs whose endpoint is there by a switch, which is off by default. */
const SWITCHED_OFF = /Directus/;

export default cause({
  id: 'backend-ws-unsupported',
  hop: 'backend',
  sentence: 'The backend server does not support WebSockets: the library is missing or switched off.',
  proof: 'The endpoint exists in the framework, and the server ignores or refuses every upgrade, also without a proxy.',
  lookAlikes: ['proxy-upgrade-missing', 'backend-endpoint-missing', 'transport-no-fallback'],
  repair: 'Install or enable WebSocket support in the server that runs the application, and restart it.',
  // Where a server knows no upgrades, its applications have no such endpoints.
  explains: ['backend-endpoint-missing'],
  examineTarget: surestOf(
    (context, target) => {
      if (!isSocket(target)) return undefined;
      const status = seenStatus(target);
      if (
        status === undefined ||
        status === 401 ||
        (status >= 301 && status <= 308) ||
        [502, 503, 504].includes(status)
      )
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
      const product = SWITCHED_OFF.exec(handshake.headers['x-powered-by'] ?? '')?.[0];
      if (status === 404 && product !== undefined)
        return likely(text, `${product} has WebSockets only where they are switched on`);
      if (frontEndAnswers(context, target) || stockProgram(handshake) !== undefined) return undefined;
      const front = firstServer(context, target);
      const get = plainAnswer(context, target);
      const alike = get !== undefined && sameAnswer(handshake, get);
      const asgi =
        /"detail"\s*:\s*"(Not Found|Method Not Allowed)"/.test(handshake.body) || programOf(handshake) === 'uvicorn';
      if (asgi && status === 400 && /unsupported upgrade|invalid http/i.test(handshake.body))
        return likely(text, 'the ASGI server refuses every upgrade');
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
      return undefined;
    },
    byTable(plainHandshakeTable, 'backend-ws-unsupported'),
  ),
  examineVisit: (context) => {
    const offer = context.realtime.length === 0 ? withoutSockets(context) : undefined;
    return offer === undefined ? undefined : proven(`${offer} and no WebSockets, and the page opens no connection`);
  },
  excluded: upgradesWork,
});
