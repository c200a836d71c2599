/**
 * Chromium on Linux aborts requests in flight with net::ERR_NETWORK_CHANGED whenever an address or an interface of the
 * machine changes, and every container that starts makes one. A person's machine does not do that, so our
 * browsers are not told: they run under a filter that refuses netlink sockets, and Chromium then takes the network as
 * always there. Read on Chromium 156, full and headless shell: 3 to 9 aborted requests in 9 s of container starts
 * without the filter, none with it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeWhole } from '../common/files.ts';
import { CACHE } from '../common/paths.ts';
import { findProgram } from '../common/which.ts';

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

/** The environment variable that tells the wrapper which browser to start. */
const BROWSER = 'SINTOMA_WRAPPED_BROWSER';

/**
 * What a browser needs of the machine's files. Not all of them: bubblewrap binds a folder with all mounts below it, one
 * by one, and ends with "Unable to apply mount flags" when one goes away meanwhile, as those of containers do
 * (/var/lib/docker, /run/docker).
 */
const FOLDERS = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc', '/opt', '/nix', '/dev', '/proc', '/sys'],
  ...['/home', '/root', '/tmp', '/var/cache', '/var/tmp', os.homedir(), CACHE],
  ...(os.tmpdir().startsWith('/tmp/') ? [] : [os.tmpdir()]),
  // The machine's trusted authorities and its resolver.
  ...['/var/lib/ca-certificates', '/run/systemd/resolve', '/run/resolvconf', '/run/NetworkManager', '/run/nscd'],
  ...(process.env.XDG_DATA_HOME ? [process.env.XDG_DATA_HOME] : []),
  // A window's display.
  ...['/run/user', '/run/dbus', '/var/lib/dbus'],
];

/** The beginning of a command that gives a program these files. */
const BWRAP = ['bwrap', ...[...new Set(FOLDERS)].flatMap((folder) => ['--dev-bind-try', folder, folder])];

let usable: boolean | undefined;

/** True where bubblewrap is installed and allowed to run. */
export function canShield(): boolean {
  if (process.platform !== 'linux' || !findProgram('bwrap')) return false;
  if (usable === undefined) {
    const [bwrap = '', ...binds] = BWRAP;
    try {
      execFileSync(bwrap, [...binds, '--', 'true'], { stdio: 'ignore' });
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
  const quoted = BWRAP.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const script = `#!/bin/sh
exec 9<'${filter}'
at=$(dirname "$${BROWSER}")
exec ${quoted} --dev-bind-try "$at" "$at" --chdir / --seccomp 9 -- "$${BROWSER}" "$@"
`;
  if (!existsSync(wrapper) || readFileSync(wrapper, 'utf8') !== script) {
    writeWhole(filter, netlinkFilter(), 0o644);
    writeWhole(wrapper, script, 0o755);
  }
  return { executablePath: wrapper, env: { [BROWSER]: browser } };
}
