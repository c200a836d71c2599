/**
 * Chromium on Linux aborts requests in flight with net::ERR_NETWORK_CHANGED whenever an address or an interface of the
 * machine changes, and every container that starts makes one. A person's machine does not do that, so the suite's
 * browsers are not told: they run under a filter that refuses netlink sockets, and Chromium then takes the network as
 * always there. Read on Chromium 156, full and headless shell: 3 to 9 aborted requests in 9 s of container starts
 * without the filter, none with it.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CACHE } from '../engine/paths.ts';
import { which } from '../engine/which.ts';

// Classic BPF, as linux/filter.h and linux/seccomp.h define it.
const LOAD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const REFUSE = 0x00050000 | 13; // EACCES
const AF_NETLINK = 16;
/** Offsets in struct seccomp_data. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;
/** Audit architecture and number of socket(2). */
const X86_64 = { architecture: 0xc000003e, socket: 41 };
const AARCH64 = { architecture: 0xc00000b7, socket: 198 };

/** The filter as the kernel takes it: 8 bytes an instruction. */
export function netlinkFilter(): Buffer {
  const program: (readonly [code: number, ifTrue: number, ifFalse: number, value: number])[] = [
    [LOAD, 0, 0, ARCHITECTURE],
    [JUMP_IF_EQUAL, 0, 2, X86_64.architecture],
    [LOAD, 0, 0, NUMBER],
    [JUMP_IF_EQUAL, 3, 6, X86_64.socket],
    [JUMP_IF_EQUAL, 0, 5, AARCH64.architecture],
    [LOAD, 0, 0, NUMBER],
    [JUMP_IF_EQUAL, 0, 3, AARCH64.socket],
    [LOAD, 0, 0, FIRST_ARGUMENT],
    [JUMP_IF_EQUAL, 0, 1, AF_NETLINK],
    [RETURN, 0, 0, REFUSE],
    [RETURN, 0, 0, ALLOW],
  ];
  return Buffer.concat(
    program.map(([code, ifTrue, ifFalse, value]) => {
      const instruction = Buffer.alloc(8);
      instruction.writeUInt16LE(code, 0);
      instruction[2] = ifTrue;
      instruction[3] = ifFalse;
      instruction.writeUInt32LE(value, 4);
      return instruction;
    }),
  );
}

/** The environment variable by which the wrapper learns which browser to start. */
const BROWSER = 'SINTOMA_WRAPPED_BROWSER';

let usable: boolean | undefined;

/** True where bubblewrap is installed and allowed to run. */
export function canShield(): boolean {
  const bwrap = which('bwrap');
  if (process.platform !== 'linux' || !bwrap) return false;
  if (usable === undefined) {
    try {
      execFileSync(bwrap, ['--dev-bind', '/', '/', '--', 'true'], { stdio: 'ignore' });
      usable = true;
    } catch {
      usable = false;
    }
  }
  return usable;
}

/** A command that starts `browser` under the filter, and the environment that the command needs. */
export function shielded(browser: string): { executablePath: string; env: Record<string, string> } {
  const filter = path.join(CACHE, 'no-netlink.bpf');
  const wrapper = path.join(CACHE, 'browser.sh');
  if (!existsSync(wrapper)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(filter, netlinkFilter());
    writeFileSync(
      wrapper,
      `#!/bin/sh\nexec 9<"${filter}"\nexec bwrap --dev-bind / / --seccomp 9 -- "$${BROWSER}" "$@"\n`,
    );
    chmodSync(wrapper, 0o755);
  }
  return { executablePath: wrapper, env: { [BROWSER]: browser } };
}
