/** The container engine of this machine: is it there, may we use it, and on a bare Debian: get it. */
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import os from 'node:os';
import path from 'node:path';
import Docker from 'dockerode';
import { execa, ExecaError } from 'execa';
import { GET_DOCKER, noDockerCommand, UserError } from './errors.ts';
import { CACHE } from './paths.ts';
import { which } from './which.ts';

/** Messages of engine errors, by what a person can do about them. */
function engineError(error: NodeJS.ErrnoException & { statusCode?: number }): UserError {
  const where = process.env.DOCKER_HOST ?? '/var/run/docker.sock';
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new UserError(
      `Docker engine: no permission on ${where}`,
      `add your user to the group that owns it ("sudo usermod -aG docker ${os.userInfo().username}"), log in again, and retry`,
    );
  }
  if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT'].includes(error.code ?? '')) {
    return new UserError(`Docker engine: nothing answers at ${where}`, GET_DOCKER);
  }
  return new UserError(`Docker engine at ${where}: ${error.message}`, GET_DOCKER);
}

/**
 * The address on which the engine publishes ports, and at which this machine reaches them. The Compose files read the
 * same variable; {@link connectEngine} sets it when the engine is elsewhere.
 */
export const engineAddress = (): string => process.env.ENGINE_ADDRESS ?? '127.0.0.1';

/**
 * The engine, after a sign of life.
 *
 * @throws UserError when it is not running or may not be used.
 */
export async function connectEngine(): Promise<Docker> {
  const docker = new Docker();
  try {
    await docker.ping();
    const { protocol, hostname } = new URL(process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock');
    if (protocol !== 'unix:') process.env.ENGINE_ADDRESS ??= (await lookup(hostname, 4)).address;
  } catch (error) {
    throw engineError(error as NodeJS.ErrnoException);
  }
  return docker;
}

/**
 * Checks Compose v2.
 *
 * @returns its version, e.g. "2.26.1"
 * @throws UserError when there is none, or only the old docker-compose.
 */
export async function checkCompose(): Promise<string> {
  try {
    const { stdout } = await execa('docker', ['compose', 'version', '--short']);
    if (Number(stdout.replace(/^v/, '').split('.')[0]) >= 2) return stdout.trim();
    throw new UserError(
      `Docker Compose: version ${stdout.trim()} is too old`,
      'install Compose v2 (the "docker compose" plugin)',
    );
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof ExecaError && error.code === 'ENOENT') {
      throw noDockerCommand();
    }
  }
  const old = await execa('docker-compose', ['version', '--short'], { reject: false });
  throw new UserError(
    old.exitCode === 0
      ? `Docker Compose: only the old docker-compose ${old.stdout.trim()} is here; "docker compose" (v2) is needed`
      : 'Docker Compose: the "docker compose" plugin (v2) is missing',
    'install the Docker Compose plugin, v2.24 or newer; on a bare Debian as root "npx sintoma setup --install" does it',
  );
}

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
    .filter(([program]) => which(program) === undefined)
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
  writeFileSync(path.join(work, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} trixie main\n`);
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
    const child = spawn(which('dockerd') ?? 'dockerd', [], { detached: true, stdio: ['ignore', log, log] });
    child.on('error', () => undefined);
    child.unref();
    if (child.pid) writeFileSync(path.join(CACHE, 'dockerd.pid'), String(child.pid));
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
