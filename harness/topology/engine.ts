/** The container engine of this machine: is it there, and may we use it. */
import { lookup } from 'node:dns/promises';
import os from 'node:os';
import Docker from 'dockerode';
import { execa, ExecaError } from 'execa';
import { GET_DOCKER, noDockerCommand, isUserError, UserError } from '../common/errors.ts';

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
    if (isUserError(error)) throw error;
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
