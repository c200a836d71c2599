/** The part of `sintoma init` that starts the system: its steps, its end, and what is said of a system that is not in order. */
import path from 'node:path';
import { Listr, type ListrTask } from 'listr2';
import pc from 'picocolors';
import { clean } from '../common/clean.ts';
import { UserError } from '../common/errors.ts';
import { PROJECT } from '../common/paths.ts';
import type { Readings } from '../init/files.ts';
import type { System } from '../init/topology-text.ts';
import { FORMATS } from '../report/formats.ts';
import { setup } from '../setup/setup.ts';
import type { VisitReading } from '../suite/reading.ts';
import { connectEngine } from '../topology/engine.ts';
import { LABEL_PROJECT } from '../topology/ownership.ts';
import { NotInOrder, Reader } from './init-read.ts';
import { type Interruptible, removeOnSignal } from './interrupted.ts';

/** Reads the system, healthy and broken. */
async function readings(reader: Reader, signals: Interruptible): Promise<Readings> {
  const visits: VisitReading[] = [];
  let read: Readings | undefined;
  const step = (title: string, work: (retitle: (title: string) => void) => Promise<unknown>): ListrTask => ({
    title,
    task: async (_context, task) => {
      try {
        await work((changed) => (task.title = changed));
      } catch (error) {
        // What fails because all is being taken away is no failure.
        await signals.ending();
        throw error;
      }
    },
  });
  const tasks = [
    step('start the system', () => reader.start()),
    step('open the page, publish a message, and read what is seen', async () => visits.push(await reader.healthy())),
    step('the same again, longer, to see what varies and what is repeated', async () =>
      visits.push(await reader.longer()),
    ),
    step('break it, read, repair it, and read', async (retitle) => {
      const { fault, broken, repaired } = await reader.broken((text) => {
        retitle(`break it (${text}), read, repair it, and read`);
      });
      read = await reader.told([...visits, repaired], fault, broken);
    }),
  ];
  // Ctrl-C is answered by whoever called: what was started must be removed first.
  await new Listr(tasks, { registerSignalListeners: false }).run();
  if (!read) throw new Error('nothing was read');
  return read;
}

/** What was seen of a system that is not in order, and what the diagnosis says of it. */
function tellTrouble({ wrong, diagnosis, refused }: NotInOrder, { visit }: System): UserError {
  const seen = wrong.length > 0 ? wrong : ['nothing fails, and nothing shows that messages arrive'];
  console.log(['', pc.bold('Seen'), ...seen.map((line) => `  ${clean(line, 300)}`), ''].join('\n'));
  // Of a request that is wrong, the diagnosis can say nothing.
  if (!refused) console.log(`${pc.bold('What sintoma diagnose says')}\n${FORMATS.text(diagnosis, visit)}`);
  return new UserError(
    'the system is not as it should be, so nothing was written',
    refused
      ? 'correct --publish, and run again'
      : 'correct --visit, --service or --publish, or the system itself, and run again',
  );
}

/**
 * Starts the system, reads it, and takes it down again, whatever happens.
 *
 * @throws UserError when it does not start, or is not as it should be: what was seen is printed before
 */
export async function readSystem(system: System): Promise<Readings> {
  const docker = await connectEngine();
  await setup({ install: false, topologies: [] });
  const reader = new Reader(system, path.join(PROJECT, system.compose));
  const { project } = reader.stack;
  const signals = removeOnSignal(docker, (labels) => labels[LABEL_PROJECT] === project, {
    also: () => reader.close(),
    says: '; nothing was written',
  });
  try {
    return await readings(reader, signals);
  } catch (error) {
    throw error instanceof NotInOrder ? tellTrouble(error, system) : error;
  } finally {
    await reader.close();
    signals.done();
  }
}
