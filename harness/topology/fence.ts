/**
 * The fence: what keeps the containers of stacks from reaching the machine that they run on, and other machines from
 * reaching them. Docker itself publishes where it is told, but routes every container to every address of its host,
 * and before version 28 lets neighbours on the network address containers directly.
 *
 * The bridges of all stacks have names of one form, so a few rules hold for all that ever start, and for nothing else.
 */
import { createHash } from 'node:crypto';
import { execa } from 'execa';
import { findProgram } from '../common/which.ts';

/** How the name of the bridge of each stack's network begins. */
const BRIDGE = 'sintoma';

/** The name of a network's bridge: as long as Linux allows (15 characters), and the same for the same network. */
export const bridgeName = (project: string, network: string): string =>
  `${BRIDGE}${createHash('sha256').update(`${project}\0${network}`).digest('hex').slice(0, 8)}`;

/** The chains of the fence, and from where each is entered. DOCKER-USER is Docker's chain for rules like these. */
const CHAINS = { input: 'SINTOMA-INPUT', forward: 'SINTOMA-FORWARD' } as const;

/** A program that keeps packet rules: for IPv4 and for IPv6. */
interface Family {
  program: 'iptables' | 'ip6tables';
  /** The chain through which forwarded packets go before the engine's own rules. */
  forwarded: string;
}

const IPV4: Family = { program: 'iptables', forwarded: 'DOCKER-USER' };
const IPV6: Family = { program: 'ip6tables', forwarded: 'FORWARD' };

/** The rules, as `iptables-restore --noflush` takes them: both chains are filled anew in one step. */
export const fenceRules = (): string => {
  const inside = `${BRIDGE}+`;
  return [
    '*filter',
    `:${CHAINS.input} - [0:0]`,
    `:${CHAINS.forward} - [0:0]`,
    // Answers to what this machine asked pass; a container begins nothing.
    `-A ${CHAINS.input} -i ${inside} -m conntrack --ctstate NEW,INVALID -j REJECT`,
    `-A ${CHAINS.forward} -i ${inside} ! -o ${inside} -m conntrack ! --ctstate RELATED,ESTABLISHED -j REJECT`,
    // What was sent to a published port has been given another destination; what addresses the container itself has not.
    `-A ${CHAINS.forward} ! -i ${inside} -o ${inside} -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`,
    'COMMIT',
    '',
  ].join('\n');
};

const jumps = ({ forwarded }: Family): [from: string, to: string][] => [
  ['INPUT', CHAINS.input],
  [forwarded, CHAINS.forward],
];

/** Runs a program of the packet filter. Waits for others that use it. */
const filter = (
  program: string,
  args: readonly string[],
  input?: string,
): Promise<{ failed: boolean; stderr: string }> =>
  execa(findProgram(program) ?? program, ['-w', '10', ...args], { reject: false, ...(input ? { input } : {}) });

/** Why no fence can be here: it takes root, the machine of the engine, and the engine's own use of iptables. */
async function obstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (!/^(unix:.*)?$/.test(process.env.DOCKER_HOST ?? '')) return 'the engine is on another machine';
  if (process.getuid?.() !== 0) return 'it needs root';
  if (!findProgram(IPV4.program)) return 'it needs iptables';
  const { failed } = await filter(IPV4.program, ['-n', '-L', IPV4.forwarded]);
  return failed ? 'the engine does not use the iptables of this machine' : undefined;
}

/** The families that this machine has. */
const families = (): Family[] => [IPV4, ...(findProgram(IPV6.program) ? [IPV6] : [])];

/**
 * Puts the fence up, or leaves it as it stands.
 *
 * @returns why there is none; undefined when it stands
 */
export async function raiseFence(): Promise<string | undefined> {
  const why = await obstacle();
  if (why !== undefined) return why;
  for (const family of families()) {
    const restored = await filter(`${family.program}-restore`, ['--noflush'], fenceRules());
    for (const [from, to] of restored.failed ? [] : jumps(family)) {
      if ((await filter(family.program, ['-C', from, '-j', to])).failed)
        await filter(family.program, ['-I', from, '1', '-j', to]);
    }
    const stands = !restored.failed && !(await filter(family.program, ['-C', 'INPUT', '-j', CHAINS.input])).failed;
    // A kernel without IPv6 has nothing to close there.
    if (!stands && family === IPV4) return `iptables says: ${restored.stderr.trim().split('\n').at(-1) ?? ''}`;
  }
  return undefined;
}

/**
 * Takes the fence away, if there is one.
 *
 * @returns true when there was
 */
export async function removeFence(): Promise<boolean> {
  if ((await obstacle()) !== undefined) return false;
  let stood = false;
  for (const family of families()) {
    for (const [from, to] of jumps(family)) {
      // As often as it stands there.
      while (!(await filter(family.program, ['-D', from, '-j', to])).failed) stood = true;
      await filter(family.program, ['-F', to]);
      await filter(family.program, ['-X', to]);
    }
  }
  return stood;
}

/** What a person reads where the fence is missing. */
export const unfenced = (why: string): string =>
  `containers can reach this machine, and its neighbours can reach them: no fence, because ${why}`;
