// The stand-in as a process of its own: what it prints, and how it ends.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TYPESCRIPT } from '../support/command.ts';
import { APP } from './subject.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MAIN = 'compose/balancas/reverb/src/main.ts';
const PATIENCE = 20_000;

export class ReverbProcess {
  readonly #child: ChildProcess;
  output = '';

  constructor(options: string[], environment: NodeJS.ProcessEnv) {
    const variables = { REVERB_APP_ID: APP.id, REVERB_APP_KEY: APP.key, REVERB_APP_SECRET: APP.secret };
    this.#child = spawn(process.execPath, [TYPESCRIPT, MAIN, ...options], {
      cwd: ROOT,
      env: { ...process.env, REVERB_SERVER_HOST: '127.0.0.1', ...variables, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  async printed(text: string): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!this.output.includes(text) && this.#child.exitCode === null && Date.now() < deadline) await sleep(5);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async exit(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return { code: this.#child.exitCode, signal: this.#child.signalCode };
  }

  /** What was printed, without the empty lines and the space around each line. */
  get lines(): string[] {
    return this.output
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  }
}
