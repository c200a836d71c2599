import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { atPath, handshakeAnswer } from '../../facts/answers.ts';
import {
  closedForOrigin,
  comparesHost,
  handshakeAs,
  knowsOriginsAlone,
  originSensitive,
  withoutPort,
} from '../../facts/origins.ts';
import { refusedHost } from '../../facts/host-refusals.ts';
import { sameWithAnyOrigin } from '../../facts/refutations.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { firstServer } from '../../facts/servers.ts';
import { stays } from '../../facts/upgrade.ts';
import { finding, likely, proven } from '../../finding.ts';
import type { HttpAnswer } from '../../readings.ts';
import { isReadingOf } from '../../readings.ts';
import type { Target } from '../../targets/target.ts';
import { hostClass, isSameServer, parseAddress, sameSite } from '../../urls.ts';

export default cause({
  id: 'proxy-host-rewritten',
  hop: 'proxy',
  sentence: "The proxy replaces the Host header, so the backend's same-origin check refuses the browser.",
  proof:
    'The handshake is refused with the Origin of the page and accepted with none, or with the origin of the upstream that the proxy puts into Host.',
  lookAlikes: ['ws-origin-rejected', 'auth-rejected', 'backend-wrong-path'],
  repair: "Forward the browser's Host header with its port, or list the public origin in the backend.",
  explains: ['auth-missing', 'auth-rejected', 'proxy-route-missing', 'proxy-host-unknown', 'backend-endpoint-missing'],
  examineTarget: (context, target) => {
    const refused = refusedHost(context, target);
    if (refused?.says === 'another')
      return proven(
        `${label(target)} is refused: “${refused.text}”`,
        `the backend was asked for the host “${refused.name}”, the browser asked for ${target.address.host}`,
      );
    if (!isSameServer(target.address, context.page) || knowsOriginsAlone(target)) return undefined;
    const said = closedForOrigin(target);
    const sensitive = originSensitive(context, target);
    if (comparesHost(target) && (said !== undefined || sensitive))
      return likely(
        said ?? `the handshake is refused for its Origin (${describeAnswer(handshakeAnswer(context, target))})`,
        'this server compares the Origin with the host that it is asked for',
      );
    if (!sensitive) return undefined;
    const refusal = handshakeAnswer(context, target);
    const echoed = /for host ["']?([\w.:-]+)/i.exec(refusal?.body ?? '')?.[1];
    if (
      echoed !== undefined &&
      echoed !== target.address.host &&
      echoed !== `${target.address.host}:${target.address.port}`
    ) {
      return proven(
        `the backend compares the Origin with the host “${echoed}”, which is not the one that the browser requested`,
      );
    }
    const front = firstServer(context, target);
    if (front.proxied === false) return undefined;
    const portless = portLost(context, target);
    if (portless)
      return finding(
        portless.accepted.length > 1 && front.proxied === true ? 'proven' : 'likely',
        `the handshake is refused with ${context.origin} and accepted with ${portless.accepted.join(' and ')}: the backend sees the host of the page without its port ${context.page.port}`,
        front.text,
      );
    for (const origin of leakedOrigins(context, target)) {
      if (stays(handshakeAs(context, target, origin)))
        // Development servers accept localhost anyway: only a proxy makes another host of it.
        return finding(
          front.proxied === true ? 'proven' : 'possible',
          `the handshake is refused with ${context.origin} and accepted with ${origin}: the backend takes that name for its own`,
          front.text,
        );
    }
    const sameOriginWords =
      /cross.?origin|same.?origin|host mismatch|origin (does not|doesn't) match|not match(ing)? (the )?host|origin mismatch/i.test(
        refusal?.body ?? '',
      );
    // nginx and Apache rewrite Host by default.
    const rewritesHost = front.program === 'nginx' || front.program === 'apache';
    return finding(
      sameOriginWords || rewritesHost ? 'likely' : 'possible',
      `page and socket have the same host, and the handshake is refused for its Origin (${describeAnswer(refusal)})`,
      front.text,
    );
  },
  excluded: sameWithAnyOrigin,
});

/** A name that a backend may have for itself; links to other sites are none. */
const isInternal = (host: string, page: string): boolean =>
  host !== page &&
  (hostClass(host) !== 'name' || sameSite(host, page) || /\.(internal|local|lan|svc|home)$/.test(host));

/** The origins without the port of the page that are accepted, where any is. */
function portLost(context: RuleContext, target: Target): { accepted: string[] } | undefined {
  const answers = withoutPort(context).map((origin) => ({
    origin,
    answer: handshakeAs(context, target, origin),
  }));
  const accepted = answers.filter(({ answer }) => stays(answer)).map(({ origin }) => origin);
  return accepted.length > 0 ? { accepted } : undefined;
}

/** Internal origins that answers reveal: a backend behind a rewritten Host takes them for its own. */
function leakedOrigins(context: RuleContext, target: Target): string[] {
  const textOf = ({ body, headers }: Pick<HttpAnswer, 'body' | 'headers'>): string =>
    `${body} ${headers.location ?? ''}`;
  const { path } = target.address;
  // Frameworks that add or remove a trailing slash redirect to the host name that they take for their own.
  const redirect = context.get(atPath(target.address, path.endsWith('/') ? path.slice(0, -1) : `${path}/`));
  const texts = [
    ...context.evidence.requests.map(
      (request) => `${request.body ?? ''} ${request.headers?.location ?? ''} ${request.headers?.link ?? ''}`,
    ),
    ...context.known.readings.flatMap((reading) =>
      isReadingOf(reading, 'http') || isReadingOf(reading, 'handshake') ? [textOf(reading.answer)] : [],
    ),
    ...(redirect ? [textOf(redirect)] : []),
  ];
  const used = new Set(context.evidence.requests.map((request) => parseAddress(request.url)?.host));
  const found = new Set<string>();
  for (const text of texts) {
    for (const [origin] of text.matchAll(/https?:\/\/[\w.-]+(?::\d+)?/g)) {
      const address = parseAddress(origin);
      if (address && !used.has(address.host) && isInternal(address.host, context.page.host)) found.add(origin);
    }
  }
  return [...found, 'http://localhost', 'http://127.0.0.1', 'http://backend', 'http://app'].slice(0, 6);
}
