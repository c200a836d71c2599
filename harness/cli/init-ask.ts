/** The three questions of `sintoma init`: answered by flags, by what the files leave no doubt of, or at the terminal. */
import { UserError } from '../common/errors.ts';
import { parsePublish, type PublishWay } from '../init/publishing.ts';
import {
  pagePorts,
  parseServicePort,
  parseVisit,
  proposeServices,
  proposeVisit,
  shownPort,
  type Port,
  type ServicePort,
} from '../init/services.ts';

/** What was typed as flags. */
export interface Flags {
  visit?: string;
  service?: string;
  publish?: string;
}

export interface Answers {
  visit: string;
  answering: ServicePort;
  publish: PublishWay;
}

/** True where somebody can be asked. */
const atTerminal = (): boolean => process.stdin.isTTY && process.stdout.isTTY;

const missing = (flag: string, why: string, example: string): UserError =>
  new UserError(`${flag} is missing: ${why}`, example, 2);

/** A parser as a prompt takes it: what is wrong is said below the line, and the line can be corrected. */
const valid =
  (parse: (text: string) => unknown) =>
  (text: string): true | string => {
    try {
      parse(text);
      return true;
    } catch (error) {
      const { message, hint } = error as UserError;
      return [message.replace(/^--\w+: /, ''), hint].filter(Boolean).join('; ');
    }
  };

async function askText(message: string, parse: (text: string) => unknown, proposed?: string): Promise<string> {
  const { default: input } = await import('@inquirer/input');
  return input({ message, validate: valid(parse), ...(proposed === undefined ? {} : { default: proposed }) });
}

async function askVisit(ports: readonly Port[]): Promise<string> {
  const proposed = proposeVisit(ports);
  if (atTerminal()) return parseVisit(await askText('Which address do readers open?', parseVisit, proposed));
  if (proposed !== undefined) return proposed;
  const published = pagePorts(ports).some((one) => one.published !== undefined);
  const why = published ? 'several ports are published' : 'no port is published';
  throw missing(
    '--visit',
    `${why}, and nothing says which address readers open`,
    'such as --visit http://localhost:8080/',
  );
}

async function askService(visit: string, ports: readonly Port[], services: readonly string[]): Promise<ServicePort> {
  const { proposed, sure } = proposeServices(ports, visit);
  const [best] = proposed;
  if (best && sure) return best;
  const parse = (text: string): ServicePort => parseServicePort('--service', text, services);
  const question = `Which service answers ${visit}?`;
  if (!atTerminal()) {
    const known =
      proposed.length > 0 ? `such as --service ${shownPort(proposed[0] as Port)}` : 'such as --service web:8080';
    throw missing(
      '--service',
      `nothing says which service answers ${visit}`,
      `${known}, with the port of the container`,
    );
  }
  if (proposed.length < 2) return parse(await askText(question, parse, best && shownPort(best)));
  const { default: select } = await import('@inquirer/select');
  return select({ message: question, choices: proposed.map((one) => ({ name: shownPort(one), value: one })) });
}

/** Examples of what may be typed after `--publish`. */
const EXAMPLES = ['POST /api/notes {"text":"{message}"}', 'service: command with {message}', 'none'];

async function askPublish(services: readonly string[]): Promise<PublishWay> {
  const parse = (text: string): PublishWay => parsePublish(text, services);
  if (!atTerminal())
    throw missing(
      '--publish',
      'nothing says how a message is published',
      `one of ${EXAMPLES.map((one) => (one === 'none' ? one : `'${one}'`)).join(', ')}`,
    );
  console.log(['', '  A message is published by one of these:', ...EXAMPLES.map((one) => `    ${one}`)].join('\n'));
  return parse(await askText('How is a message published?', parse));
}

/**
 * Answers what cannot be read from the files. What flags say is judged before anything is asked.
 *
 * @throws UserError that names a flag which is wrong, or missing where nobody can be asked
 */
export async function answersOf(flags: Flags, ports: readonly Port[], services: readonly string[]): Promise<Answers> {
  const given = {
    visit: flags.visit === undefined ? undefined : parseVisit(flags.visit),
    answering: flags.service === undefined ? undefined : parseServicePort('--service', flags.service, services),
    publish: flags.publish === undefined ? undefined : parsePublish(flags.publish, services),
  };
  const visit = given.visit ?? (await askVisit(ports));
  const answering = given.answering ?? (await askService(visit, ports, services));
  return { visit, answering, publish: given.publish ?? (await askPublish(services)) };
}
