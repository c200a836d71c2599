import { isGatewayStatus, kindOf, programOf } from '../../answers.ts';
import { engineCode } from '../../words/engine-io.ts';
import { cause, surestOf } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import {
  addressOf,
  handshakeAnswer,
  isSocket,
  offered,
  plainAnswer,
  seenError,
  seenStatus,
} from '../../facts/answers.ts';
import { originSensitive } from '../../facts/origins.ts';
import { upgradesWork } from '../../facts/refutations.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { firstServer } from '../../facts/servers.ts';
import { isCut, upgradesWorkBeside } from '../../facts/upgrade.ts';
import { plainHandshakeTable } from '../../families/plain-handshake.ts';
import { byTable } from '../../families/table.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, proven } from '../../finding.ts';
import type { HandshakeAnswer, HttpAnswer } from '../../readings.ts';
import { wasCut } from '../../targets/attempts.ts';
import type { Target } from '../../targets/target.ts';

export default cause({
  id: 'proxy-upgrade-missing',
  hop: 'proxy',
  sentence: 'A proxy does not forward the Upgrade and Connection headers, so the backend sees an ordinary request.',
  proof:
    'A WebSocket handshake is answered exactly like a plain GET of the same path, by the right backend, and plain requests work.',
  lookAlikes: ['backend-endpoint-missing', 'proxy-path-stripped', 'backend-ws-unsupported', 'transport-no-fallback'],
  repair: 'On every hop, use HTTP/1.1 towards the backend and forward Upgrade and Connection.',
  examineTarget: surestOf(upgradeMissing, cutAtOnce, byTable(plainHandshakeTable, 'proxy-upgrade-missing')),
  excluded: upgradesWork,
});

/** The headers of the handshake do not reach the backend. */
function upgradeMissing(context: RuleContext, target: Target): Finding | undefined {
  if (!isSocket(target) || target.symptom?.is === 'blocked') return undefined;
  const status = seenStatus(target);
  const held = target.symptom?.is === 'silent' || seenError(target) === 'TIMED_OUT';
  const unseen = target.symptom?.is === 'closed' || target.symptom?.is === 'refused' || (status === undefined && !held);
  if (unseen || status === 401) return undefined;
  if (upgradesWorkBeside(context, target)) return undefined;
  const handshake = handshakeAnswer(context, target);
  if (!handshake) return undefined;
  const front = firstServer(context, target);
  const direct = front.proxied === false;
  if (held) {
    const get = plainAnswer(context, target);
    if (handshake.state !== 'silent' || get?.status === undefined || isGatewayStatus(get.status)) return undefined;
    // Engine.IO answers plain requests in its own format; anything else is not the backend.
    if (target.kind === 'engine.io' && !['engine-error', 'engine-open'].includes(kindOf(get))) return undefined;
    return likely(
      `a plain request of ${label(target)} is answered at once (${describeAnswer(get)}), and a handshake never: a proxy forwards only part of it (HTTP/1.0, or no Connection header), and the backend waits for the rest`,
    );
  }
  if (handshake.state === 'open') return undefined;
  if (handshake.status === 505)
    return proven('the backend refuses the handshake as HTTP/1.0: the proxy uses that version towards it');
  if (kindOf(handshake) === 'upgrade-required') {
    return finding(
      direct ? 'likely' : 'proven',
      `the handshake carries the upgrade headers, and the backend says that they are missing: ${describeAnswer(handshake)}`,
      front.text,
    );
  }
  if (isForbiddenByEnvoy(handshake, plainAnswer(context, target)))
    return likely(
      `Envoy answers the handshake itself (${describeAnswer(handshake)}) and hands plain requests of the path on: it forbids upgrades that its configuration does not name`,
    );
  // A server that checks the Origin did receive the handshake.
  if (originSensitive(context, target)) return undefined;
  const code = engineCode(handshake.body);
  if (target.kind === 'engine.io' && (code === 3 || code === 2))
    return finding(
      direct ? 'likely' : 'proven',
      `Engine.IO takes the handshake for a plain request: ${describeAnswer(handshake)}`,
      front.text,
    );
  if (programOf(handshake) === 'reverb' || (target.kind === 'pusher' && handshake.status === 500)) {
    if (handshake.status === 500 && /Internal server error/i.test(handshake.body))
      return proven(`the broker answers a handshake like a plain request: ${describeAnswer(handshake)}`, front.text);
    if (handshake.status === 400 && /upgrade/i.test(handshake.body))
      return proven(describeAnswer(handshake), front.text);
  }
  return undefined;
}

/** Envoy puts this header into each answer of an upstream. */
const OF_UPSTREAM = 'x-envoy-upstream-service-time';

/** Envoy answers an upgrade that is not in its `upgrade_configs` with an empty 403. Its access control says what denied. */
const isForbiddenByEnvoy = (handshake: HandshakeAnswer, get: HttpAnswer | undefined): boolean =>
  handshake.status === 403 &&
  handshake.body === '' &&
  handshake.headers.server === 'envoy' &&
  handshake.headers[OF_UPSTREAM] === undefined &&
  get?.headers[OF_UPSTREAM] !== undefined &&
  get.status !== 403;

/** The backend switches protocols and hangs up: it got the handshake as HTTP/1.0, of which it keeps no connection. */
function cutAtOnce(context: RuleContext, target: Target): Finding | undefined {
  const opened = target.attempts.filter((attempt) => attempt.opened);
  if (target.symptom?.is !== 'closed' || opened.length === 0 || !opened.every(wasCut)) return undefined;
  const again = handshakeAnswer(context, target);
  const withoutOrigin = again && context.handshake(addressOf(target), { origin: null, ...offered(target) });
  if (!again || !withoutOrigin || !isCut(again) || !isCut(withoutOrigin)) return undefined;
  const front = firstServer(context, target);
  if (front.proxied !== true) return undefined;
  // nginx speaks HTTP/1.0 to its upstreams where nothing else is set; no other proxy does.
  return finding(
    front.program === 'nginx' ? 'likely' : 'possible',
    `${label(target)} is answered 101 and cut at once, each time, with an Origin and without: the proxy hands the handshake on as HTTP/1.0, and the backend does not keep such a connection`,
    front.text,
  );
}
