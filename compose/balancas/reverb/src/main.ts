// A stand-in for Laravel Reverb 1.10, for machines where no registry offers the real one.
// It behaves on the wire as readings of the real server say (laravel/reverb 1.10.2 on laravel/framework 12):
// the same routes, statuses, headers, frames, texts, silences and connection ends. tests/harness/
// reverb-conformance.spec.ts pins that, and runs the same cases against a real server as well.
//
// What it does not reproduce:
// - scaling through Redis (REVERB_SCALING_ENABLED): it is one process with its own memory;
// - TLS of its own, Pulse, Telescope, several applications, cache channels,
//   POST /apps/{id}/users/{user}/terminate_connections;
// - the cache store: the start line does not wait for one, and the restart signal is a file (restart-signal.ts);
// - the escape codes of --debug payload blocks, and PHP's own lines around the output;
// - the order of keys that look like numbers in decoded objects, and numbers such as 1.0, which PHP keeps.
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { configFromEnv } from './config.ts';
import { printing } from './output.ts';
import { onRestartSignal } from './restart-signal.ts';
import { start } from './server.ts';

const { values: options } = parseArgs({
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    hostname: { type: 'string' },
    debug: { type: 'boolean' },
  },
});

const config = configFromEnv(process.env);
config.host = options.host ?? config.host;
config.port = Number(options.port ?? config.port);
config.hostname = options.hostname ?? config.hostname;

const output = printing((text) => process.stdout.write(text), options.debug ?? false);
const address = `${config.host}:${config.port}`;

function fail(problem: string): never {
  process.stderr.write(`\n  ${problem}\n\n`);
  process.exit(1);
}

if (!isIP(config.host)) fail(`Given URI "tcp://${address}" does not contain a valid host IP (EINVAL)`);

const server = await start(config, output).catch((error: NodeJS.ErrnoException) =>
  fail(
    error.code === 'EADDRINUSE'
      ? `Failed to listen on "tcp://${address}": Address already in use (EADDRINUSE)`
      : `Failed to listen on "tcp://${address}": ${error.message}`,
  ),
);

async function stop(line: string): Promise<never> {
  output.info(line);
  await server.stop();
  process.exit(0);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGTSTP'] as const) {
  process.once(signal, () => void stop('Gracefully terminating connections.'));
}
onRestartSignal(process.env.REVERB_RESTART_FILE ?? '/tmp/reverb-restart', () => {
  void stop(`Stopping server on ${address}.`);
});

const shown = config.hostname && config.hostname !== config.host ? ` (${config.hostname})` : '';
output.info(`Starting server on ${address}${config.path}${shown}.`);
