import {
  engineCode,
  isGatewayStatus,
  isGoNotFound,
  kindOf,
  programOf,
  sameAnswer,
  stockProgram,
} from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { handshakeAnswer, isSocket, plainAnswer, seenError, seenStatus } from '../../facts/answers.ts';
import { openElsewhere, otherEntryPoints, sameBackend } from '../../facts/entry-points.ts';
import { originSensitive } from '../../facts/origins.ts';
import { upgradesWork } from '../../facts/refutations.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { firstServer, frontEndAnswers, pathIsKnown } from '../../facts/servers.ts';
import { upgradeArrives } from '../../facts/upgrade.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';

export default cause({
  id: 'proxy-upgrade-missing',
  hop: 'proxy',
  sentence: 'A proxy does not forward the Upgrade and Connection headers, so the backend sees an ordinary request.',
  proof:
    'A WebSocket handshake is answered exactly like a plain GET of the same path, by the right backend, and plain requests work.',
  lookAlikes: ['backend-endpoint-missing', 'proxy-path-stripped', 'backend-ws-unsupported', 'transport-no-fallback'],
  repair: 'On every hop, use HTTP/1.1 towards the backend and forward Upgrade and Connection.',
  examineTarget: upgradeMissing,
  excluded: upgradesWork,
});

/** The headers of the handshake do not reach the backend. */
function upgradeMissing(context: RuleContext, target: Target): Finding | undefined {
  if (!isSocket(target) || target.symptom?.is === 'blocked') return undefined;
  const status = seenStatus(target);
  const held = target.symptom?.is === 'silent' || seenError(target) === 'TIMED_OUT';
  const unseen = target.symptom?.is === 'closed' || target.symptom?.is === 'refused' || (status === undefined && !held);
  if (unseen || status === 401) return undefined;
  if (
    context.live.some(
      (other) =>
        other !== target &&
        other.attempts.some((attempt) => attempt.opened) &&
        other.address.host === target.address.host &&
        other.address.port === target.address.port &&
        sharedFolder(other, target),
    )
  )
    return undefined;
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
  if (frontEndAnswers(context, target) || stockProgram(handshake.body) !== undefined) return undefined;
  // Go endpoints answer 400 or 426 to a request without an upgrade, so a 404 is about the path.
  if (isGoNotFound(handshake)) return undefined;
  if (status === undefined || ![400, 404, 405, 500, 501, 200, 204, 403].includes(status)) return undefined;
  const get = plainAnswer(context, target);
  if (!get || !sameAnswer(handshake, get)) return undefined;
  const alike = `a handshake is answered like a plain request: ${describeAnswer(handshake)}`;
  const elsewhere = openElsewhere(context, target);
  if (elsewhere && sameBackend(context, target, elsewhere) === true)
    return proven(alike, `the same handshake succeeds at ${elsewhere.host}:${elsewhere.port}`);
  const refusedElsewhere = otherEntryPoints(context, target).some((entry) => {
    const there = context.handshake(entry);
    return there !== undefined && sameAnswer(there, handshake);
  });
  // ASGI servers refuse an unknown WebSocket path with 403, and answer 404 to a plain request. Without a WebSocket
  // library they treat every handshake as a plain request; behind a proxy that looks the same from outside.
  const asgi = /"detail"\s*:\s*"Not Found"/.test(handshake.body) || programOf(handshake) === 'uvicorn';
  if (asgi && status === 404)
    return finding(
      direct ? 'possible' : refusedElsewhere ? 'possible' : 'likely',
      alike,
      'an ASGI server refuses unknown WebSocket paths with 403; this 404 is for a plain request',
      front.text,
    );
  const known = pathIsKnown(context, target);
  if (known === true && status !== 403)
    return finding(
      direct ? 'possible' : 'likely',
      alike,
      'the path exists: an unknown path gets another answer',
      front.text,
    );
  const arrives = upgradeArrives(context, target);
  if (arrives === false && front.proxied === true && status === 404)
    return likely(
      alike,
      'so is a handshake at an unknown path: nothing behind the proxy receives handshakes',
      front.text,
    );
  return undefined;
}

function sharedFolder(a: Target, b: Target): boolean {
  return a.address.path.split('/')[1] === b.address.path.split('/')[1] || a.address.path.split('/').length <= 2;
}
