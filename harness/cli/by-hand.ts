/** `sintoma publish`, `watch` and `repair`: what a scenario does, done by hand to a stack that was left running. */
import { Command, InvalidArgumentError } from 'commander';
import { clean } from '../common/clean.ts';
import { UserError } from '../common/errors.ts';
import { newNonce } from '../delivery/nonce.ts';
import type { Channel } from '../scenario/schema.ts';
import { leftStack, repairLeft, type LeftStack } from '../suite/by-hand.ts';
import { windowCommand } from '../suite/window.ts';
import { connectEngine } from '../topology/engine.ts';
import { unknownName } from './nearest.ts';

const STACK = 'as `sintoma up` or a kept failure names it';

/** The stack and one of its channels. */
async function channelOf(project: string, name: string): Promise<LeftStack & { channel: Channel }> {
  await connectEngine();
  const left = await leftStack(project);
  const { channels } = left.topology;
  const channel = channels[name];
  if (!channel) throw unknownName('channel', name, Object.keys(channels), `sintoma up ${left.scenario.id}`);
  return { ...left, channel };
}

export const publishCommand = (): Command =>
  new Command('publish')
    .description('publish a message in a stack that was left running, as its scenario does')
    .argument('<stack>', STACK)
    .argument('<channel>', 'a channel of its topology')
    .argument('[text]', 'the text of the message; by default one that no page has shown')
    .action(async (project: string, name: string, text: string = newNonce()) => {
      const { stack, channel } = await channelOf(project, name);
      const { ok, status, detail } = await channel.publish(stack, text);
      const answer = [status, detail].filter((part) => part !== undefined).join(' ');
      console.log(
        `${ok ? 'published' : 'not published'} on ${name}: ${text}${answer === '' ? '' : ` (${clean(answer)})`}`,
      );
      if (!ok) process.exitCode = 1;
    });

export const watchCommand = (): Command =>
  new Command('watch')
    .description('print what a broker or backend sends on a channel, until Ctrl-C')
    .argument('<stack>', STACK)
    .argument('<channel>', 'a channel of its topology')
    .action(async (project: string, name: string) => {
      const { stack, channel } = await channelOf(project, name);
      const subscriber = channel.control?.(stack);
      const attached = subscriber === 'no broker' ? undefined : await subscriber;
      if (!attached?.watch)
        throw new UserError(
          `${name}: ${subscriber === 'no broker' ? 'its broker does not run' : 'its topology has nothing that could watch it'}`,
          `publish instead: npx sintoma publish ${project} ${name}`,
        );
      const ended = new Promise<void>((resolve) => {
        process.once('SIGINT', resolve).once('SIGTERM', resolve);
      });
      console.log(`watching ${name}; Ctrl-C ends it`);
      attached.watch((text) => {
        console.log(clean(text, 2000));
      });
      await ended;
      await attached.close();
    });

export const repairCommand = (): Command =>
  new Command('repair')
    .description('apply a documented repair to a stack that was left running')
    .argument('<stack>', STACK)
    .argument('[number]', 'which of the repairs of its scenario', (text: string) => {
      if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('it must be a number from 1');
      return Number(text);
    })
    .action(async (project: string, number = 1) => {
      await connectEngine();
      const left = await leftStack(project);
      const { repairs, id } = left.scenario;
      const repair = repairs[number - 1];
      if (!repair)
        throw new UserError(
          `${id} has ${repairs.length === 0 ? 'no repair' : `${repairs.length} ${repairs.length === 1 ? 'repair' : 'repairs'}, and no ${number}`}`,
          `sintoma explain ${left.scenario.cause} tells what helps`,
          2,
        );
      await repairLeft(left, repair);
      console.log(`${repair.fails ? 'done; the document says that this fails' : 'repaired'}: ${repair.title}`);
      console.log(`open it: ${windowCommand(project)}`);
    });
