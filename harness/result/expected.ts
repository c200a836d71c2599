/** What a scenario says must be seen, line by line. Pure functions. */
import type { Count, Delivery, Repair, Scenario } from '../scenario/schema.ts';
import { showConsole, showCount, showOutcome, showRequest, showSocket, showText } from '../scenario/show.ts';
import type { Visit } from './schema.ts';

type Line = Visit['expected'][number];

/** A text with how often it must be seen, where that is not once. */
const counted = (text: string, count: Count): string =>
  showCount(count) === 'once' ? text : `${text}, ${showCount(count)}`;

const deliveryLines = (delivery: Delivery): Line[] =>
  Object.entries(delivery).map(([channel, outcome]) => ({
    part: 'delivery',
    text: `${channel}: ${showOutcome(outcome)}`,
  }));

/** What the symptom must be. */
export function expectedOfSymptom({ console, requests, sockets, page, navigationError, delivery }: Scenario): Line[] {
  return [
    ...(navigationError === undefined ? [] : [{ part: 'navigation' as const, text: showText(navigationError) }]),
    ...console.map((one): Line => ({ part: 'console', text: counted(showConsole(one), one) })),
    ...requests.map((one): Line => ({ part: 'requests', text: counted(showRequest(one), one) })),
    ...sockets.map((one): Line => ({ part: 'sockets', text: counted(showSocket(one), one) })),
    ...Object.entries(page ?? {}).map(([name, { state, text }]): Line => ({
      part: 'page',
      text: `${name}: ${[state, text === undefined ? undefined : showText(text)].filter(Boolean).join(' ')}`,
    })),
    ...deliveryLines(delivery),
  ];
}

/** What must be seen after a repair. */
export function expectedOfRepair({ console, fails, sockets = [], delivery }: Repair): Line[] {
  const lines = console ?? (fails ? [] : undefined);
  return [
    ...(lines === undefined ? [{ part: 'console' as const, text: 'no line' }] : []),
    ...(lines ?? []).map((one): Line => ({ part: 'console', text: counted(showConsole(one), one) })),
    ...sockets.map((one): Line => ({ part: 'sockets', text: counted(showSocket(one), one) })),
    ...deliveryLines(delivery),
  ];
}
