import type { Exclusion } from './context.ts';
import { kindOf } from './answers.ts';
import { addressOf } from './facts.ts';
import type { Target } from './targets.ts';
import { withScheme } from './urls.ts';

/**
 * What readings rule out. Exclusions use existing readings only: they ask nothing.
 */
export const EXCLUSIONS: readonly Exclusion[] = [
  {
    causes: ['dns-no-record'],
    why: (context) => {
      const resolved = context.mainFailure?.address.host;
      const failed = context.failed.some(
        (target) => target.symptom?.is === 'network' && /NAME_NOT/.test(target.symptom.error),
      );
      return resolved !== undefined && !failed ? `the browser resolved ${resolved}` : undefined;
    },
  },
  {
    causes: ['edge-port-closed', 'tls-port-closed', 'edge-silent'],
    why: (context) => {
      const target = context.mainFailure;
      if (!target) return undefined;
      if (
        target.symptom?.is === 'status' ||
        target.symptom?.is === 'wrong-kind' ||
        target.symptom?.is === 'refused' ||
        target.symptom?.is === 'dismissed' ||
        target.symptom?.is === 'closed'
      ) {
        return `something answers at ${context.name(target)}: the port is open`;
      }
      const tcp = context.peek({ ask: 'tcp', host: target.address.host, port: target.address.port });
      return tcp?.state === 'open' && target.symptom?.is !== 'silent'
        ? `${context.name(target)} accepts connections`
        : undefined;
    },
  },
  {
    causes: ['edge-silent', 'upstream-silent'],
    why: (context) => {
      const target = context.mainFailure;
      return target?.symptom?.is === 'network' && /REFUSED|RESET|NAME_NOT|CERT|SSL/.test(target.symptom.error)
        ? `${context.name(target)} answers at once, with ${target.symptom.error}`
        : undefined;
    },
  },
  {
    causes: ['mixed-content'],
    why: (context) => {
      const blocked = context.failed.some(
        (target) => target.symptom?.is === 'blocked' && target.symptom.by === 'mixed-content',
      );
      return blocked
        ? undefined
        : context.page.secure
          ? 'the browser reports no mixed content'
          : 'the page was loaded over plain http: there is no mixed content';
    },
  },
  {
    causes: ['csp-blocks-connect'],
    why: (context) =>
      context.failed.some((target) => target.symptom?.is === 'blocked' && target.symptom.by === 'csp')
        ? undefined
        : 'the browser reports no violation of a Content-Security-Policy',
  },
  {
    causes: ['local-network-access'],
    why: (context) =>
      context.failed.some((target) => target.symptom?.is === 'blocked' && target.symptom.by === 'local-network')
        ? undefined
        : 'the browser reports no blocked access to the local network',
  },
  {
    causes: ['tls-certificate-untrusted', 'tls-certificate-name', 'tls-certificate-expired'],
    why: (context) =>
      context.failed.some((target) => target.symptom?.is === 'network' && /CERT/.test(target.symptom.error))
        ? undefined
        : 'the browser reports no certificate error',
  },
  {
    causes: ['cors-origin-missing', 'cors-wildcard-credentials', 'cors-header-missing'],
    why: (context) =>
      context.failed.some((target) => target.symptom?.is === 'cors') ? undefined : 'the browser reports no CORS block',
  },
  {
    causes: ['ws-origin-rejected', 'proxy-host-rewritten'],
    why: (context) => {
      const target = context.mainFailure;
      if (!target) return undefined;
      const withOrigin = context.peek({ ask: 'handshake', url: socketUrl(target), origin: context.origin });
      const withoutOrigin = context.peek({ ask: 'handshake', url: socketUrl(target), origin: null });
      return withOrigin &&
        withoutOrigin &&
        withOrigin.state === withoutOrigin.state &&
        withOrigin.status === withoutOrigin.status
        ? 'a handshake gets the same answer with the Origin of the page and without one'
        : undefined;
    },
  },
  {
    causes: ['proxy-upgrade-missing', 'backend-ws-unsupported'],
    why: (context) => {
      const open = context.realtime.find((target) => target.attempts.some((attempt) => attempt.opened));
      return open ? `a WebSocket to ${context.name(open)} was opened: upgrades work` : undefined;
    },
  },
  {
    causes: ['client-effect-churn'],
    why: (context) => {
      const { length } = context.evidence.sockets;
      if (length === 0 || context.failed.some((target) => target.symptom?.is === 'churn')) return undefined;
      return `the page opened ${length} ${length === 1 ? 'socket' : 'sockets'}, and does not close them itself`;
    },
  },
  {
    causes: ['app-key-mismatch'],
    why: (context) =>
      context.realtime.some((target) => target.kind === 'pusher' && target.conversation?.greeted === true)
        ? 'the server accepted the application key'
        : undefined,
  },
  {
    causes: ['page-stale-cache'],
    why: (context) => {
      const cached =
        context.evidence.navigation.fromServiceWorker ||
        context.evidence.requests.some((request) => request.fromServiceWorker);
      return cached ? undefined : 'the page came from the server, not from a service worker';
    },
  },
  {
    causes: ['hsts-upgrade'],
    why: (context) =>
      context.evidence.requests.some((request) => /hsts/i.test(request.headers?.['non-authoritative-reason'] ?? ''))
        ? undefined
        : 'the browser upgraded no address by HSTS',
  },
  {
    causes: ['proxy-route-missing', 'proxy-host-unknown'],
    why: (context) => {
      const target = context.mainFailure;
      const answer = target
        ? context.peek({ ask: 'handshake', url: socketUrl(target), origin: context.origin })
        : undefined;
      return answer?.status !== undefined && ['upgrade-required', 'engine-error'].includes(kindOf(answer))
        ? 'the answer comes from the real-time server itself'
        : undefined;
    },
  },
];

const socketUrl = (target: Target): string => withScheme(addressOf(target), 'ws');
