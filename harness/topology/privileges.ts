/**
 * What a container may do where its Compose file says nothing about it: no more than a service needs. What the file
 * does say stands: `cap_add`, `privileged`, `security_opt: [no-new-privileges:false]`, `mem_limit` and `pids_limit`
 * (or `deploy.resources.limits`) are how a service states that it needs more.
 */
import type { ResolvedService } from './compose.ts';

/** What programs need that begin as root, take over their files and then become somebody else, and their init. */
const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'];

/** Memory of a container. */
export const MEMORY = '1g';

/** Processes and threads of a container. */
export const PROCESSES = 1024;

const NO_NEW = 'no-new-privileges';

/** Capabilities without the prefix that Compose files may write. */
const bare = (names: readonly string[] = []): string[] => names.map((name) => name.toUpperCase().replace(/^CAP_/, ''));

/** The part of the last override that limits a service. */
export function limitsOf(service: ResolvedService): Record<string, unknown> {
  const { privileged, cap_add, cap_drop, security_opt = [], mem_limit, pids_limit, deploy } = service;
  const { memory, pids } = deploy?.resources?.limits ?? {};
  const [added, dropped] = [bare(cap_add), bare(cap_drop)];
  const needed = dropped.includes('ALL') ? [] : CAPABILITIES.filter((name) => !dropped.includes(name));
  return {
    ...(privileged
      ? {}
      : {
          cap_drop: ['ALL'],
          cap_add: [...new Set([...needed, ...added])].sort(),
          security_opt: security_opt.some((one) => one.startsWith(NO_NEW))
            ? security_opt
            : [...security_opt, `${NO_NEW}:true`],
        }),
    ...(mem_limit === undefined && memory === undefined ? { mem_limit: MEMORY } : {}),
    ...(pids_limit === undefined && pids === undefined ? { pids_limit: PROCESSES } : {}),
  };
}
