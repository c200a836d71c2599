/** The container engine of this machine: is it there, and may we use it. */
import { lookup } from 'node:dns/promises';
import os from 'node:os';
import Docker from 'dockerode';
import { execa, ExecaError } from 'execa';
import { GET_DOCKER, noDockerCommand, isUserError, UserError } from '../common/errors.ts';

type EngineFailure = NodeJS.ErrnoException & { statusCode?: number };

const engineAt = (): string => process.env.DOCKER_HOST ?? '/var/run/docker.sock';

/** What a connection that could not be made, or broke, says. */
const NO_ANSWER = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT'];

/** Messages of engine errors, by what a person can do about them. */
function engineError(error: EngineFailure): UserError {
  if (isUserError(error)) return error;
  const where = engineAt();
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new UserError(
      `Docker engine: no permission on ${where}`,
      `add your user to the group that owns it ("sudo usermod -aG docker ${os.userInfo().username}"), log in again, and retry`,
    );
  }
  if (NO_ANSWER.includes(error.code ?? '')) {
    return new UserError(`Docker engine: nothing answers at ${where}`, GET_DOCKER);
  }
  return new UserError(`Docker engine at ${where}: ${error.message}`, GET_DOCKER);
}

/**
 * The address on which the engine publishes ports, and at which this machine reaches them. The Compose files read the
 * same variable; {@link connectEngine} sets it when the engine is elsewhere.
 */
export const engineAddress = (): string => process.env.ENGINE_ADDRESS ?? '127.0.0.1';

/** The part of dockerode through which all that is asked goes, which its types leave out. */
interface Dialler {
  dial(options: { abortSignal?: AbortSignal }, callback: (error: EngineFailure | null, answer?: unknown) => void): void;
}

/** How long an answer of the engine may take, in ms: on a busy machine it removes a container in half a minute. */
const ANSWER_MS = 120_000;

/** How long its first sign of life may take, in ms. */
const SIGN_OF_LIFE_MS = 10_000;

/**
 * A client of the engine, which need not be there. What it says of an engine that stopped, or that takes questions and
 * never answers, is a sentence.
 */
export function newEngine(limitMs = ANSWER_MS): Docker {
  const docker = new Docker();
  const modem = docker.modem as Dialler;
  const dial = modem.dial.bind(modem);
  modem.dial = (options, callback) => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), limitMs);
    const abortSignal = AbortSignal.any([limit.signal, ...(options.abortSignal ? [options.abortSignal] : [])]);
    dial({ ...options, abortSignal }, (error, answer) => {
      clearTimeout(timer);
      if (error !== null && limit.signal.aborted) {
        const message = `Docker engine: ${engineAt()} takes the question, and has not answered within ${limitMs / 1000} s`;
        callback(new UserError(message, 'restart the engine, or point DOCKER_HOST at one that answers'));
      } else callback(error !== null && NO_ANSWER.includes(error.code ?? '') ? engineError(error) : error, answer);
    });
  };
  return docker;
}

/**
 * The engine, after a sign of life.
 *
 * @throws UserError when it is not running or may not be used.
 */
export async function connectEngine(): Promise<Docker> {
  try {
    await newEngine(SIGN_OF_LIFE_MS).ping();
    const { protocol, hostname } = new URL(process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock');
    if (protocol !== 'unix:') process.env.ENGINE_ADDRESS ??= (await lookup(hostname, 4)).address;
  } catch (error) {
    throw engineError(error as EngineFailure);
  }
  return newEngine();
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
