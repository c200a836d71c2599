/** What set-up installs and starts on a bare Debian. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { UserError } from '../common/errors.ts';
import { writeWhole } from '../common/files.ts';
import { CACHE } from '../common/paths.ts';
import { findProgram } from '../common/which.ts';
import { connectEngine } from '../topology/engine.ts';
/** True on a Debian where we are root: the only place where setup may install something. */
export const isRootDebian = (): boolean =>
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  existsSync('/etc/debian_version') &&
  existsSync('/usr/bin/apt-get');

/** Debian packages that give the programs which a bare machine lacks. */
const PACKAGES: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  iptables: 'iptables',
  chromium: 'chromium',
  'chromium-headless-shell': 'chromium-headless-shell',
  bwrap: 'bubblewrap',
  certutil: 'libnss3-tools',
  mmdebstrap: 'mmdebstrap',
};

/** Packages that a bare Debian still lacks. */
export const missingPackages = (): string[] =>
  Object.entries(PACKAGES)
    .filter(([program]) => findProgram(program) === undefined)
    .map(([, name]) => name);

async function apt(args: readonly string[], onLine: (line: string) => void): Promise<void> {
  const child = execa('apt-get', ['-q', '-y', ...args], {
    all: true,
    reject: false,
    stdin: 'ignore',
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  for await (const line of child.iterable({ from: 'all' })) onLine(line);
  const { exitCode, all } = await child;
  if (exitCode !== 0) {
    throw new UserError(`apt-get ${args[0]} failed: ${all.trim().split('\n').slice(-3).join(' / ')}`);
  }
}

/** Installs Debian packages. `onLine` gets what apt prints. */
export async function installPackages(names: readonly string[], onLine: (line: string) => void): Promise<void> {
  await apt(['update'], onLine);
  await apt(['install', '--no-install-recommends', ...names], onLine);
}

/**
 * Installs the Compose v2 plugin from the package of Debian 13, which needs nothing but libc and so runs on Debian 12,
 * whose own package is v1. The mirror is the one that this machine already uses.
 */
export async function installCompose(onLine: (line: string) => void): Promise<void> {
  const work = path.join(CACHE, 'compose-plugin');
  mkdirSync(path.join(work, 'lists/partial'), { recursive: true });
  mkdirSync(path.join(work, 'archives/partial'), { recursive: true });
  const { stdout } = await execa('apt-get', [
    'indextargets',
    '--format',
    '$(SITE)|$(SUITE)|$(CODENAME)',
    'Created-By: Packages',
  ]);
  const mirror = stdout
    .split('\n')
    .map((line) => line.split('|'))
    .find(([site, suite]) => site?.includes('debian') && !/security|updates|backports/.test(suite ?? ''))?.[0];
  if (!mirror) throw new UserError('Compose plugin: this machine has no Debian mirror in its apt sources');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeWhole(path.join(work, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} trixie main\n`);
  const options = [
    `Dir::Etc::sourcelist=${work}/sources.list`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${work}/lists`,
    `Dir::Cache::archives=${work}/archives`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  await apt([...options, 'update'], onLine);
  await execa('apt-get', [...options, 'download', 'docker-compose'], { cwd: path.join(work, 'archives') });
  await execa('sh', ['-c', 'rm -rf tree && for f in archives/docker-compose_*.deb; do dpkg -x "$f" tree; done'], {
    cwd: work,
  });
  const plugins = '/usr/local/lib/docker/cli-plugins';
  await execa(
    'install',
    ['-D', '-m', '0755', 'tree/usr/libexec/docker/cli-plugins/docker-compose', `${plugins}/docker-compose`],
    {
      cwd: work,
    },
  );
}

/**
 * Starts the engine: by the service manager where there is one, otherwise as a process of its own session that
 * outlives this one.
 *
 * @throws UserError with the last lines of its log when it does not answer within 30 s.
 */
export async function startEngine(): Promise<void> {
  if (existsSync('/run/systemd/system')) {
    await execa('systemctl', ['start', 'docker'], { reject: false });
  } else {
    mkdirSync(CACHE, { recursive: true });
    const log = openSync(path.join(CACHE, 'dockerd.log'), 'w');
    const child = spawn(findProgram('dockerd') ?? 'dockerd', [], { detached: true, stdio: ['ignore', log, log] });
    child.on('error', () => undefined);
    child.unref();
    if (child.pid) writeWhole(path.join(CACHE, 'dockerd.pid'), String(child.pid));
  }
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await connectEngine();
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw new UserError(
          `Docker engine: started but does not answer (${(error as Error).message})`,
          `see ${path.join(CACHE, 'dockerd.log')}`,
        );
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
