/** The texts of the two scenarios, and of the fault: pure functions. */
import { consoleCode, importCode, listCode, quoted, requestCode, socketCode, type Code } from './code.ts';
import { CHANNEL } from './judge.ts';
import type { ServicePort } from './services.ts';
import type { Expectations } from './varying.ts';

/** The lines of what must be seen. */
function seenCode({ console, requests, sockets, navigationError }: Expectations): Code {
  const lists = [
    ['console', console.map(consoleCode)],
    ['requests', requests.map(requestCode)],
    ['sockets', sockets.map(socketCode)],
  ] as const;
  const written = lists.map(([name, items]) => ({ name, list: listCode(items, '  ') }));
  return {
    text: [
      ...(navigationError === undefined ? [] : [`  navigationError: ${quoted(String(navigationError))},`]),
      ...written.map(({ name, list }) => `  ${name}: ${list.text},`),
    ].join('\n'),
    words: written.flatMap(({ list }) => list.words),
  };
}

const deliveryCode = (outcome: string | undefined): string =>
  outcome === undefined ? '{}' : `{ ${CHANNEL}: ${quoted(outcome)} }`;

/** What was seen of the system as it should be. */
export interface Healthy {
  seen: Expectations;
  /** What became of a message; undefined where none is published. */
  outcome: string | undefined;
}

/** Why something is counted loosely. */
const LOOSE =
  '// `may` and `many` stand for what some of the visits saw, or a longer one more often: a timer of the page, or its browser.\n';

/** The healthy scenario. */
export function healthyText(name: string, visit: string, { seen, outcome }: Healthy): string {
  const { text, words } = seenCode(seen);
  const title =
    outcome === undefined
      ? 'The system as it should be.'
      : 'The system as it should be: a message shows up without a reload.';
  return `// Written by \`npx sintoma init\` from several visits: what stands here was seen in each of them, and nothing else.
${words.some((word) => ['may', 'many'].includes(word)) ? LOOSE : ''}${importCode(['scenario', ...words])}

export default scenario('${name}/healthy', {
  title: ${quoted(title)},
  visit: ${quoted(visit)},
${text}
  delivery: ${deliveryCode(outcome)},
  cause: 'none',
});
`;
}

/** The example of a fault. */
export interface Fault {
  /** The name of its file. */
  name: string;
  /** What is broken, in one sentence. */
  title: string;
  /** What repairs it. */
  repair: string;
  /** The Compose override. */
  yaml: string;
}

/** Faults that break any system, the one that is tried first first. */
export function faultsFor({ service, port }: ServicePort, address: string): Fault[] {
  return [
    {
      name: `${service}-stopped`,
      title: `The service ${service} does not run, so nothing listens at the address.`,
      repair: `start ${service} again`,
      yaml: `# The service ${service} does not run. A fault is one edit: only the lines that differ from the Compose file.
services:
  ${service}:
    deploy: {replicas: 0}
`,
    },
    {
      name: `${service}-port-closed`,
      title: `Port ${port} of the service ${service} is not open at the address.`,
      repair: 'open the port again',
      yaml: `# Nothing listens at the address that readers open. A fault is one edit.
x-addresses:
  ${JSON.stringify(address)}: closed
`,
    },
  ];
}

/** What a visit to the broken system gave. */
export interface Broken {
  seen: Expectations;
  /** What became of a message; undefined where none is published. */
  outcome: string | undefined;
  /** What the publisher is told, where the message is not taken. */
  publisher: number | 'no answer' | undefined;
  cause: string;
}

/** A repair after which the page says again what it says when all is well. */
function repairCode({ repair }: Fault, { seen, outcome }: Healthy): Code {
  const [title, delivery] = [quoted(repair), deliveryCode(outcome)];
  if (seen.console.length === 0)
    return { text: `[{ title: ${title}, steps: [edit(), up()], delivery: ${delivery} }]`, words: [] };
  const { text, words } = listCode(seen.console.map(consoleCode), '      ');
  const lines = [`title: ${title}`, 'steps: [edit(), up()]', `console: ${text}`, `delivery: ${delivery}`];
  return { text: `[\n    {\n${lines.map((line) => `      ${line},\n`).join('')}    },\n  ]`, words };
}

/** The scenario of the example of a fault. */
export function faultText(
  name: string,
  visit: string,
  fault: Fault,
  { seen, outcome, publisher, cause }: Broken,
  repaired: Healthy,
): string {
  const { text, words } = seenCode(seen);
  const again = repairCode(fault, repaired);
  const told =
    publisher === undefined ? '' : `  publisher: ${typeof publisher === 'number' ? publisher : quoted(publisher)},\n`;
  return `// Written by \`npx sintoma init\` as an example: copy it for each symptom that a page of yours tells of.
${importCode(['edit', 'scenario', 'up', ...words, ...again.words])}

export default scenario('${name}/${fault.name}', {
  title: ${quoted(fault.title)},
  faults: [${quoted(fault.name)}],
  visit: ${quoted(visit)},
${text}
  delivery: ${deliveryCode(outcome)},
${told}  cause: ${quoted(cause)},
  repairs: ${again.text},
});
`;
}
