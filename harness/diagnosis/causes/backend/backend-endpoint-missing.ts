import { kindOf, sameAnswer, stockProgram } from '../../answers.ts';
import { cause } from '../../cause.ts';
import { answerTo, atPath, handshakeAtUnknownPath, isSocket, plainAnswer, realStatus } from '../../facts/answers.ts';
import { unknownFolder } from '../../facts/folders.ts';
import { failsOnHandshakes } from '../../facts/handshake-errors.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { firstServer, frontEndAnswers } from '../../facts/servers.ts';
import { finding, likely, possible } from '../../finding.ts';
import { askedForInfo } from '../../targets/sockjs.ts';
import { isBeside } from '../../urls.ts';
import { edgeWords } from '../../words/edges.ts';

/** So servers refuse what they have not, on a connection that works: JSON-RPC, tRPC, GraphQL, Centrifugo. */
const UNKNOWN_ENDPOINT =
  /\b(unknown|no such|undefined) (channel|method|procedure|operation|command|action|topic|route|stream|subscription)\b|\bmethod not found\b|\bno "?\w+"?-procedure\b|\bcannot query field\b/i;

export default cause({
  id: 'backend-endpoint-missing',
  hop: 'backend',
  sentence: 'The backend has no such endpoint.',
  proof: 'The backend itself answers 404 for this path, while its other endpoints work through the same server.',
  lookAlikes: [
    'proxy-path-stripped',
    'proxy-route-missing',
    'bundle-wrong-port',
    'backend-wrong-path',
    'proxy-upgrade-missing',
  ],
  repair: 'Implement or deploy the endpoint, or remove it from the page.',
  examineTarget: (context, target) => {
    if (target.symptom?.is === 'refused' && UNKNOWN_ENDPOINT.test(target.symptom.text))
      return likely(`the server says: ${target.symptom.text.slice(0, 140)}`);
    const status = realStatus(context, target);
    if (target.kind === 'script' || target.kind === 'channel-auth' || status === undefined) return undefined;
    if (status === 500) {
      const failure = failsOnHandshakes(context, target);
      return failure && possible(...failure);
    }
    if (![400, 403, 404, 405, 501].includes(status)) return undefined;
    // An endpoint that once spoke its protocol is there.
    if (frontEndAnswers(context, target) || target.conversation?.greeted === true) return undefined;
    const answer = answerTo(context, target);
    if (!answer || ['tls-port', 'engine-error'].includes(kindOf(answer)) || edgeWords(answer)) return undefined;
    if (status === 403 && !isSocket(target)) return undefined;
    // One that asks a plain request for a handshake is there.
    const plain = isSocket(target) ? plainAnswer(context, target) : undefined;
    if (plain && kindOf(plain) === 'upgrade-required') return undefined;
    const unknownPath = isSocket(target)
      ? handshakeAtUnknownPath(context, target)
      : context.getUnknownPath(target.address);
    const likeUnknownPath =
      unknownPath !== undefined && unknownPath.status !== undefined && sameAnswer(answer, unknownPath);
    // An event stream is asked for by GET alone.
    if (
      status === 405 &&
      target.kind === 'sse' &&
      unknownPath &&
      !likeUnknownPath &&
      stockProgram(answer) === undefined
    )
      return likely(
        `${label(target)} is answered ${describeAnswer(answer)}`,
        'the path is there, and not for GET, by which event streams are opened',
      );
    if (unknownPath && !likeUnknownPath && status !== 404) return undefined;
    const sibling = context.targets.find(
      (other) =>
        other !== target &&
        other.works &&
        (isSocket(other) || (!isSocket(target) && other.kind === 'api')) &&
        isBeside(other.address, target.address),
    );
    const own = stockProgram(answer) === undefined && kindOf(answer) !== 'proxy-error';
    const text = `${label(target)} is answered ${describeAnswer(answer)}${likeUnknownPath ? ', like an unknown path' : ''}`;
    if (target.kind === 'document') return own && status === 404 ? likely(text) : undefined;
    if (sibling)
      return finding(
        (own || isSocket(sibling)) && (status === 404 || likeUnknownPath) ? 'proven' : 'likely',
        text,
        `${label(sibling)} works through the same server`,
      );
    // A route that is missing leads to a program that has none of it.
    if (unknownFolder(context, target) !== undefined) return possible(text);
    const endpoint = askedForInfo(target);
    if (endpoint !== undefined && !context.handshake(atPath(target.address, endpoint))) return possible(text);
    if (status === 404 && !isSocket(target))
      return finding(own ? 'likely' : 'possible', text, 'the application itself wrote the answer');
    // The server answers 403 for unknown paths, and perhaps for bad credentials too.
    if (status === 403 && target.conversation?.credential !== 'none') return possible(text);
    return finding(own ? (firstServer(context, target).proxied === false ? 'likely' : 'possible') : 'possible', text);
  },
});
