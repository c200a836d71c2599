/** Documents, scripts and requests as targets. */
import type { Evidence, RequestReading } from '../../browser/evidence.ts';
import { isStream } from '../../browser/evidence.ts';
import { titleOf } from '../answers.ts';
import { parseAddress } from '../urls.ts';
import { ENGINE, endpointOf, groupBy, netError } from './grouping.ts';
import type { Symptom, Target, TargetKind } from './target.ts';
import { isSignInPage, sentToSignIn } from './sign-in.ts';
import { emptyTarget } from './target.ts';

export function documentTarget(evidence: Evidence): Target[] {
  const documents = evidence.requests.filter((request) => request.type === 'document');
  const last = documents.at(-1);
  const url =
    evidence.navigation.error === undefined && evidence.page.url.startsWith('http')
      ? evidence.page.url
      : (last?.url ?? evidence.visit);
  const address = parseAddress(url) ?? parseAddress(evidence.visit);
  if (!address) return [];
  const target = emptyTarget('document', url, address);
  target.requests = documents;
  const { error, status } = evidence.navigation;
  if (error !== undefined && status === undefined) target.symptom = { is: 'network', error: netError(error) };
  else if (status !== undefined && status >= 400) target.symptom = { is: 'status', status };
  else if (status === undefined && !evidence.page.url.startsWith('http'))
    target.symptom = { is: 'silent', ms: evidence.duration };
  target.works = target.symptom === undefined;
  return [target];
}

const CHANNEL_AUTH =
  /\/(broadcasting\/auth|pusher\/(user-)?auth|channel[s_-]?auth|auth\/(channel|pusher|broadcast)|broadcasting\/user-auth)/i;

/** URLs of requests that a server may hold open on purpose: long polling. */
const HELD_OPEN =
  /poll|wait|updates?\b|events?\b|subscribe|stream|listen|changes|sync\b|comet|watch|notify|[?&](since|after|cursor|timeout|last[\w-]*)=/i;

export function requestTargets(evidence: Evidence): Target[] {
  const plain = evidence.requests.filter(
    (request) =>
      (request.type === 'fetch' || request.type === 'xhr') &&
      !isStream(request) &&
      !ENGINE.test(request.url) &&
      !isSignInPage(request, evidence) &&
      !/sockjs-?\w*\.pusher\.com/.test(request.url),
  );
  const groups = groupBy(plain, (address, { method }) => `${method} ${endpointOf(address)}`);
  return groups.map(({ all: requests, last: newest, address: newestAddress }) => {
    const last =
      requests.findLast((request) => request.finishedAt !== undefined || request.status !== undefined) ?? newest;
    const address = parseAddress(last.url) ?? newestAddress;
    const target = emptyTarget(
      CHANNEL_AUTH.test(address.path) && last.method !== 'OPTIONS' ? 'channel-auth' : 'api',
      last.url,
      address,
    );
    target.method = last.method;
    target.requests = requests;
    const symptom = sentToSignIn(last, evidence)
      ? ({ is: 'status', status: last.status ?? 302 } as const)
      : (requestSymptom(last, evidence.duration) ?? frontEndInstead(last, evidence, target.kind));
    // A request that is held open may be long polling: that alone is no failure.
    const held =
      symptom?.is === 'silent' &&
      (requests.some((request) => (request.status ?? 500) < 400) || HELD_OPEN.test(last.url));
    if (symptom && !held) target.symptom = symptom;
    target.works = target.symptom === undefined && last.status !== undefined;
    return target;
  });
}

/** Statuses that are about the request itself, not about the path to the server. */
const APPLICATION_STATUS = new Set([400, 402, 406, 409, 410, 411, 412, 416, 417, 418, 422, 423, 424, 425, 428]);

/** The visitor's own network changed, which says nothing about the system. */
const OWN_NETWORK = /ERR_(NETWORK_CHANGED|INTERNET_DISCONNECTED|NETWORK_IO_SUSPENDED)/;

export function requestSymptom(request: RequestReading, duration: number): Symptom | undefined {
  const { status, error, corsError, blockedReason } = request;
  if (blockedReason === 'mixed-content') return { is: 'blocked', by: 'mixed-content', text: request.url };
  if (blockedReason === 'csp') return { is: 'blocked', by: 'csp', text: request.url };
  if (corsError !== undefined && /LocalNetwork|InsecureLocal|PrivateNetwork|InsecurePrivate/.test(corsError)) {
    return { is: 'blocked', by: 'local-network', text: corsError };
  }
  if (error !== undefined && /LOCAL_NETWORK|PRIVATE_NETWORK/.test(error))
    return { is: 'blocked', by: 'local-network', text: error };
  if (corsError !== undefined) return { is: 'cors', error: corsError, text: request.url };
  if (error !== undefined && !(error.includes('ERR_ABORTED') && blockedReason === undefined)) {
    return error.includes('BLOCKED_BY_CLIENT') || OWN_NETWORK.test(error)
      ? undefined
      : { is: 'network', error: netError(error) };
  }
  if (status !== undefined) {
    if (status >= 400 && (!APPLICATION_STATUS.has(status) || ENGINE.test(request.url))) return { is: 'status', status };
    return undefined;
  }
  if (error === undefined && duration - request.at > 3000) return { is: 'silent', ms: duration - request.at };
  return undefined;
}

/** The front end's page was returned instead of data. */
function frontEndInstead(request: RequestReading, evidence: Evidence, kind: TargetKind): Symptom | undefined {
  if (request.status !== 200 || !/html/.test(request.mimeType ?? '')) return undefined;
  const body = request.body ?? '';
  if (!/^\s*<(!doctype|html)/i.test(body)) return undefined;
  const title = titleOf(body);
  const address = parseAddress(request.url);
  const isPage = title !== undefined && title !== '' && title === evidence.page.title;
  const api = kind === 'channel-auth' || /\/(api|graphql|v\d+|rest|auth|broadcasting)(\/|$)/.test(address?.path ?? '');
  return isPage || api ? { is: 'wrong-kind', mimeType: request.mimeType ?? '', html: true } : undefined;
}

export function scriptTargets(evidence: Evidence): Target[] {
  return evidence.requests
    .filter((request) => request.type === 'script' && !request.url.includes('/sw.'))
    .flatMap((request) => {
      const address = parseAddress(request.url);
      if (!address) return [];
      const target = emptyTarget('script', request.url, address);
      target.requests = [request];
      const html = request.status === 200 && /html/.test(request.mimeType ?? '');
      const symptom = html
        ? ({ is: 'wrong-kind', mimeType: request.mimeType ?? '', html: true } as const)
        : requestSymptom(request, evidence.duration);
      if (symptom) target.symptom = symptom;
      target.works = symptom === undefined;
      return symptom ? [target] : [];
    });
}
