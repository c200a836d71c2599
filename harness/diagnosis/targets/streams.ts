/** Event streams as targets. */
import type { Evidence, RequestReading } from '../../browser/evidence.ts';
import { STREAM_TYPES, isStream } from '../../browser/evidence.ts';
import { eventsIn } from '../../browser/event-stream.ts';
import { conversationOf } from '../protocols/read.ts';
import { credentialInUrl } from '../credentials.ts';
import { GIVEN_UP_MS, SILENT_MS, channelOf, churnOf, groupBy } from './grouping.ts';
import { requestSymptom } from './requests.ts';
import type { Symptom, Target } from './target.ts';
import { emptyTarget } from './target.ts';

export function streamTargets(evidence: Evidence): Target[] {
  const streams = evidence.requests.filter((request) => isStream(request) && !isRepeated(request, evidence));
  return groupBy(streams, channelOf).map(({ all: requests, last, address }) => {
    const target = emptyTarget('sse', last.url, address);
    target.requests = requests;
    target.method = last.method;
    const frames = requests.flatMap((request) => request.events ?? []);
    target.conversation = {
      ...conversationOf('raw', []),
      greeted: frames.length > 0,
      messages: frames.length,
      credential: credentialInUrl(last.url),
    };
    const symptom =
      redirectedSymptom(evidence, last) ?? refusal(requests) ?? streamSymptom(requests, last, evidence.duration);
    if (symptom) target.symptom = symptom;
    target.works = symptom === undefined;
    return target;
  });
}

/** The stream tells of an error, and of nothing else. */
function refusal(requests: RequestReading[]): Symptom | undefined {
  const told = requests.flatMap(({ events = [], body = '' }) =>
    events.length > 0 ? events.map(({ text }) => text) : eventsIn(body),
  );
  const errors = told.flatMap((text) => /^error: (.*)$/s.exec(text)?.[1] ?? []);
  const [first] = errors;
  return first !== undefined && errors.length === told.length
    ? { is: 'refused', text: first.slice(0, 300) }
    : undefined;
}

/** The page asks again for what was answered before, and the visit ended too soon for the new answer. */
const isRepeated = ({ at, url, status, error }: RequestReading, { requests, duration }: Evidence): boolean =>
  status === undefined &&
  error === undefined &&
  duration - at < SILENT_MS &&
  requests.some((earlier) => earlier.at < at && earlier.url === url && earlier.status !== undefined);

/** A stream that was redirected to what is none: browsers follow, and give it up. */
function redirectedSymptom({ requests }: Evidence, { status = 0, at }: RequestReading): Symptom | undefined {
  if (status < 301 || status > 308) return undefined;
  const followed = requests.find((request) => request.type === 'other' && request.at >= at);
  return followed?.mimeType === undefined || STREAM_TYPES.test(followed.mimeType)
    ? undefined
    : { is: 'status', status };
}

/** Many streams that the page itself gave up soon after each had begun. */
function churned(requests: RequestReading[]): Symptom | undefined {
  const dropped = requests.filter(
    ({ at, status, error, finishedAt = Infinity }) =>
      status === 200 && /ERR_ABORTED/.test(error ?? '') && finishedAt - at < GIVEN_UP_MS,
  );
  const churn = churnOf(requests, dropped.length);
  return churn && { is: 'churn', ...churn };
}

/** Again and again the stream ended at once without having said anything, or was given up without an answer. */
function broughtNothing(requests: RequestReading[]): Symptom | undefined {
  if (requests.length < 2 || requests.some(({ events = [], body = '' }) => events.length > 0 || body !== ''))
    return undefined;
  const age = Math.max(...requests.map(({ at, finishedAt = Infinity }) => finishedAt - at));
  if (requests.every(({ status, error = '' }) => status === undefined && /ERR_ABORTED/.test(error)))
    return { is: 'silent', ms: age };
  const ended = requests.every(({ status, error }) => status === 200 && error === undefined) && age < GIVEN_UP_MS;
  return ended ? { is: 'closed', code: 1000, reason: '', age, idle: age, clean: true } : undefined;
}

function streamSymptom(requests: RequestReading[], last: RequestReading, duration: number): Symptom | undefined {
  const churn = churned(requests);
  if (churn) return churn;
  const pending = requests.find(
    (request) => request.status === undefined && request.error === undefined && duration - request.at > SILENT_MS,
  );
  const wrong = last.status === 200 && (last.mimeType ?? '') !== '' && !STREAM_TYPES.test(last.mimeType ?? '');
  if (wrong) return { is: 'wrong-kind', mimeType: last.mimeType ?? '', html: /html/.test(last.mimeType ?? '') };
  if (last.status === 200 && /ERR_ABORTED/.test(last.error ?? '') && !STREAM_TYPES.test(last.mimeType ?? ''))
    return { is: 'wrong-kind', mimeType: last.mimeType ?? '', html: false };
  const cuts = requests.filter(
    (request) =>
      request.status === 200 && /INCOMPLETE_CHUNKED|CONNECTION_(RESET|CLOSED)|HTTP2|QUIC/.test(request.error ?? ''),
  );
  const cut = cuts.at(-1);
  if (cut && (cuts.length >= 2 || cut === last)) {
    const age = (cut.finishedAt ?? duration) - cut.at;
    const lastEvent = cut.events?.at(-1)?.at ?? cut.at;
    return { is: 'closed', code: 1006, reason: '', age, idle: (cut.finishedAt ?? duration) - lastEvent, clean: false };
  }
  const failed = requestSymptom(last, duration);
  if (failed && failed.is !== 'silent') return failed;
  // What a request may well be answered ends a stream, and an EventSource takes nothing but 200.
  const { status = 0 } = last;
  const unusual = last.type === 'eventsource' && status > 200 && status < 300 && status !== 204;
  if (status >= 400 || unusual) return { is: 'status', status };
  const none = broughtNothing(requests);
  if (none) return none;
  // With 204 a server tells an EventSource not to come again: after a stream that said something, that is its end.
  if (last.status === 204)
    return requests.some(({ events = [] }) => events.length > 0) ? undefined : { is: 'status', status: 204 };
  // An EventSource reconnects by itself; a page that reads a stream with fetch has to do it.
  const { finishedAt } = last;
  if (finishedAt !== undefined && last.type === 'fetch' && last.method === 'GET' && duration - finishedAt > 4000) {
    const idle = finishedAt - (last.events?.at(-1)?.at ?? last.at);
    return { is: 'closed', code: 1000, reason: '', age: finishedAt - last.at, idle, clean: true };
  }
  return pending ? { is: 'silent', ms: duration - pending.at } : undefined;
}
