import type { Exclusion } from './case.ts';
import { kindOf } from './answers.ts';
import { addressOf } from './facts.ts';
import type { Target } from './targets.ts';
import { withScheme } from './urls.ts';

/**
 * What a reading rules out, in words. Exclusions look only at what has been read: they ask nothing.
 */
export const EXCLUSIONS: readonly Exclusion[] = [
  {
    causes: ['dns-no-record'],
    why: (c) => {
      const resolved = c.mainFailure?.address.host;
      const failed = c.failed.some((t) => t.symptom?.is === 'network' && /NAME_NOT/.test(t.symptom.error));
      return resolved !== undefined && !failed
        ? `${resolved} resolves: the browser got beyond name resolution`
        : undefined;
    },
  },
  {
    causes: ['edge-port-closed', 'tls-port-closed', 'edge-silent'],
    why: (c) => {
      const t = c.mainFailure;
      if (!t) return undefined;
      if (
        t.symptom?.is === 'status' ||
        t.symptom?.is === 'wrong-kind' ||
        t.symptom?.is === 'refused' ||
        t.symptom?.is === 'dismissed' ||
        t.symptom?.is === 'closed'
      ) {
        return `something answers at ${c.name(t)}: the port is open`;
      }
      const tcp = c.peek({ ask: 'tcp', host: t.address.host, port: t.address.port });
      return tcp?.state === 'open' && t.symptom?.is !== 'silent' ? `${c.name(t)} accepts connections` : undefined;
    },
  },
  {
    causes: ['edge-silent', 'upstream-silent'],
    why: (c) => {
      const t = c.mainFailure;
      return t?.symptom?.is === 'network' && /REFUSED|RESET|NAME_NOT|CERT|SSL/.test(t.symptom.error)
        ? `${c.name(t)} answers at once, with ${t.symptom.error}`
        : undefined;
    },
  },
  {
    causes: ['mixed-content'],
    why: (c) => {
      const blocked = c.failed.some((t) => t.symptom?.is === 'blocked' && t.symptom.by === 'mixed-content');
      return blocked
        ? undefined
        : c.page.secure
          ? 'the browser reports no mixed content'
          : 'the page came by plain http: nothing is mixed content';
    },
  },
  {
    causes: ['csp-blocks-connect'],
    why: (c) =>
      c.failed.some((t) => t.symptom?.is === 'blocked' && t.symptom.by === 'csp')
        ? undefined
        : 'the browser reports no violation of a Content-Security-Policy',
  },
  {
    causes: ['local-network-access'],
    why: (c) =>
      c.failed.some((t) => t.symptom?.is === 'blocked' && t.symptom.by === 'local-network')
        ? undefined
        : 'the browser reports no local network access check',
  },
  {
    causes: ['tls-certificate-untrusted', 'tls-certificate-name', 'tls-certificate-expired'],
    why: (c) =>
      c.failed.some((t) => t.symptom?.is === 'network' && /CERT/.test(t.symptom.error))
        ? undefined
        : 'the browser reports no error of a certificate',
  },
  {
    causes: ['cors-origin-missing', 'cors-wildcard-credentials', 'cors-header-missing'],
    why: (c) => (c.failed.some((t) => t.symptom?.is === 'cors') ? undefined : 'the browser reports no CORS block'),
  },
  {
    causes: ['ws-origin-rejected', 'proxy-host-rewritten'],
    why: (c) => {
      const t = c.mainFailure;
      if (!t) return undefined;
      const with_ = c.peek({ ask: 'handshake', url: ws(t), origin: c.origin });
      const without = c.peek({ ask: 'handshake', url: ws(t), origin: null });
      return with_ && without && with_.state === without.state && with_.status === without.status
        ? 'a handshake is answered alike with the Origin of the page and without one'
        : undefined;
    },
  },
  {
    causes: ['proxy-upgrade-missing', 'backend-ws-unsupported'],
    why: (c) => {
      const open = c.realtime.find((t) => t.tries.some((attempt) => attempt.opened));
      return open ? `a WebSocket to ${c.name(open)} was opened: upgrades pass` : undefined;
    },
  },
  {
    causes: ['client-effect-churn'],
    why: (c) => {
      const { length } = c.evidence.sockets;
      if (length === 0 || c.failed.some((t) => t.symptom?.is === 'churn')) return undefined;
      return `the page opened ${length} ${length === 1 ? 'socket' : 'sockets'}, and does not drop them itself`;
    },
  },
  {
    causes: ['app-key-mismatch'],
    why: (c) =>
      c.realtime.some((t) => t.kind === 'pusher' && t.talk?.greeted === true)
        ? 'the server accepted the application key'
        : undefined,
  },
  {
    causes: ['page-stale-cache'],
    why: (c) => {
      const cached =
        c.evidence.navigation.fromServiceWorker || c.evidence.requests.some((request) => request.fromServiceWorker);
      return cached ? undefined : 'the page came from the server, not from a service worker';
    },
  },
  {
    causes: ['hsts-upgrade'],
    why: (c) =>
      c.evidence.requests.some((request) => /hsts/i.test(request.headers?.['non-authoritative-reason'] ?? ''))
        ? undefined
        : 'the browser upgraded no address by HSTS',
  },
  {
    causes: ['proxy-route-missing', 'proxy-host-unknown'],
    why: (c) => {
      const t = c.mainFailure;
      const answer = t ? c.peek({ ask: 'handshake', url: ws(t), origin: c.origin }) : undefined;
      return answer?.status !== undefined && ['upgrade-required', 'engine-error'].includes(kindOf(answer))
        ? 'the answer comes from the real-time server itself'
        : undefined;
    },
  },
];

const ws = (t: Target): string => withScheme(addressOf(t), 'ws');
