import { kindOf } from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf, atPath, realStatus, seenError } from '../../facts/answers.ts';
import { originSensitive } from '../../facts/origins.ts';
import type { Finding } from '../../finding.ts';
import { proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';
import { isRealtime } from '../../targets/target.ts';
import { isSameServer, withScheme } from '../../urls.ts';

export default cause({
  id: 'backend-wrong-path',
  hop: 'backend',
  sentence: 'The page uses a path that differs from the one that the backend serves.',
  proof:
    'The handshake is refused (403 or 404) at this path, and accepted at a similar one: without a prefix, without a trailing slash.',
  lookAlikes: ['proxy-path-stripped', 'backend-endpoint-missing', 'ws-origin-rejected', 'auth-rejected'],
  repair: "Use exactly the path of the backend's route.",
  examineTarget: (context, target) => {
    const status = realStatus(context, target);
    const dropped = /CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE/.test(seenError(target) ?? '');
    if (target.kind === 'api') return status === 404 ? belowFolder(context, target) : undefined;
    if (
      !isRealtime(target) ||
      target.kind === 'engine.io' ||
      (!dropped && (status === undefined || ![400, 403, 404, 405, 426, 500].includes(status)))
    )
      return undefined;
    // Accepted with another Origin, so the path is right.
    if (originSensitive(context, target)) return undefined;
    const paths = nearPaths(context, target);
    if (paths.length === 0) return undefined;
    if (target.kind === 'sse') {
      for (const path of paths.slice(0, 5)) {
        const answer = context.get(atPath(target.address, path));
        if (answer && answer.status === 200 && kindOf(answer) === 'stream')
          return proven(`${target.address.path} is answered ${status ?? '?'}, and ${path} is an event stream`);
      }
      return undefined;
    }
    const probed = context.ask({
      ask: 'paths',
      url: withScheme({ ...addressOf(target) }, 'ws'),
      origin: context.origin,
      paths,
    });
    const open = probed?.results.find((result) => result.state === 'open');
    if (!open) return undefined;
    return proven(
      `${target.address.path} is refused${status !== undefined ? ` with ${status}` : ''}, and ${open.path} is accepted`,
    );
  },
});

/** A page without a connection asks for a path that is served below a folder from which the page has other data. */
function belowFolder(context: RuleContext, { address, method }: Target): Finding | undefined {
  if (context.realtime.length > 0 || method !== 'GET') return undefined;
  const folders = context.goodApi
    .filter((other) => isSameServer(other.address, address))
    .map((other) => other.address.path.replace(/\/[^/]*$/, ''))
    .filter((folder) => folder !== '' && !address.path.startsWith(`${folder}/`));
  for (const folder of new Set(folders.slice(0, 3))) {
    const path = `${folder}${address.path}`;
    const answer = context.get(atPath(address, path));
    if (answer?.status === 200 && kindOf(answer) === 'other')
      return proven(`${address.path} is answered 404, and ${path} is served`);
  }
  return undefined;
}

const COMMON_PATHS = ['/ws', '/websocket', '/socket', '/ws/', '/api/ws', '/cable', '/realtime', '/live'];

/** Where servers of a subprotocol are usually found. */
const PATHS_OF: readonly (readonly [subprotocol: RegExp, paths: readonly string[]])[] = [
  [/^graphql-/, ['/graphql', '/subscriptions', '/api/graphql', '/graphql/ws']],
  [/^mqtt/, ['/mqtt', '/ws']],
  [/^actioncable-/, ['/cable']],
  [/^v1\d\.stomp$/, ['/ws', '/stomp', '/ws/websocket']],
  [/^xmpp$/, ['/xmpp-websocket', '/ws']],
];

const usualPaths = ({ attempts }: Target): string[] =>
  PATHS_OF.flatMap(([subprotocol, paths]) =>
    attempts.some(({ protocols }) => protocols.some((name) => subprotocol.test(name))) ? paths : [],
  );

/** Paths similar to the refused one that the backend may serve. */
function nearPaths(context: RuleContext, target: Target): string[] {
  const { path } = target.address;
  const parts = path.split('/').filter((part) => part !== '');
  const used = new Set(context.targets.filter((other) => isRealtime(other)).map((other) => other.address.path));
  const slash = path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
  const without = parts.slice(1).map((_part, index) => `/${parts.slice(index + 1).join('/')}`);
  const withPrefix = ['/api', '/ws', '/api/v1']
    .filter((prefix) => !path.startsWith(`${prefix}/`) && path !== prefix)
    .map((prefix) => `${prefix}${path === '/' ? '' : path}`);
  const lower = path.toLowerCase();
  const parent = parts.length > 1 ? [`/${parts.slice(0, -1).join('/')}`] : [];
  const several = context.realtime.filter((other) => other.address.host === target.address.host).length > 1;
  const last = parts.at(-1) ?? '';
  const respelled = [
    path.replaceAll('_', '-'),
    path.replaceAll('-', '_'),
    `/${last}s`,
    last.endsWith('s') ? `/${last.slice(0, -1)}` : '',
  ];
  const built =
    context
      .bundle()
      ?.literals.filter(
        (literal) => /^\/[\w/-]{1,40}$/.test(literal) && /ws|socket|live|realtime|cable|stream|events/i.test(literal),
      ) ?? [];
  const all = [
    slash,
    ...usualPaths(target),
    lower,
    ...without,
    ...respelled,
    ...withPrefix,
    ...(several ? [] : [...parent, ...built.slice(0, 4), ...COMMON_PATHS]),
  ];
  return [...new Set(all)].filter((other) => other !== path && other !== '' && !used.has(other)).slice(0, 12);
}
