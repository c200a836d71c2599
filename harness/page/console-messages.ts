/** What the console says, by cause: made from what scenarios expect, which runs prove. */
import type { CauseId } from '../causes/causes.ts';
import { CAUSE_IDS } from '../causes/causes.ts';
import { CAUSES } from '../diagnosis/catalogue.ts';
import type { Scenario, Text } from '../scenario/schema.ts';
import type { Block } from './markdown.ts';
import { bullets, code, codes, heading, paragraph, sentence } from './markdown.ts';

/** A message, and the causes of which it is a symptom. */
export interface ConsoleMessage {
  /** With `‹address›` in the place of addresses, and … where the rest varies. */
  message: string;
  causes: { cause: CauseId; scenarios: string[] }[];
}

const ADDRESS = /\b(https?|wss?):\/\/[^\s'"»)…]+/g;

/** An expectation as a message: what differs from system to system is left out. */
export const messageOf = (text: Text): string =>
  (typeof text === 'string' ? text : wordsOf(text.source))
    .replace(ADDRESS, '‹address›')
    .replace(/'‹address›…'?/g, "'‹address›' ")
    // The text of a status goes by HTTP/1.1 alone.
    .replace(/(a status of \d{3}) \(.*\)$/, '$1')
    .replace(/\s+/g, ' ')
    .trim();

/** The words of a pattern, with … where it leaves something open. */
const wordsOf = (source: string): string =>
  source
    .replace(/^\^|\$$/g, '')
    .replace(/\\([/.?*+()[\]{}|^$-])/g, '\uE000$1')
    .replace(/\((?!\uE000)\?[:=!][^)]*\)[?*+]?|\[[^\]]*\][?*+]?|(?<!\uE000)\.[*+]?\??|\\[dDsSwWb][+*?]?/g, '…')
    .replace(/(?<!\uE000)[()?*+]/g, '')
    .replaceAll('\uE000', '')
    .replace(/…+/g, '…');

/** Messages that must be seen, each with the causes that show it and the scenarios in which that was seen. */
export function consoleMessages(scenarios: readonly Scenario[]): ConsoleMessage[] {
  const found = new Map<string, Map<CauseId, Set<string>>>();
  for (const { id, cause, console } of scenarios) {
    if (cause === 'none') continue;
    for (const { level, text, may } of console) {
      if (may === true || level === 'log') continue;
      const message = messageOf(text);
      const causes = found.get(message) ?? new Map<CauseId, Set<string>>();
      causes.set(cause, (causes.get(cause) ?? new Set()).add(id));
      found.set(message, causes);
    }
  }
  return [...found]
    .map(([message, causes]) => ({
      message,
      causes: [...causes]
        .map(([cause, ids]) => ({ cause, scenarios: [...ids].sort() }))
        .sort((a, b) => b.scenarios.length - a.scenarios.length || (a.cause < b.cause ? -1 : 1)),
    }))
    .sort((a, b) => (a.message < b.message ? -1 : 1));
}

/** The page “What your console says when …”, as blocks of Markdown: messages with their causes, then these causes. */
export function consolePage(messages: readonly ConsoleMessage[]): Block[] {
  const shown = CAUSE_IDS.filter((id) => messages.some(({ causes }) => causes.some(({ cause }) => cause === id)));
  return [
    heading(2, 'Messages'),
    ...messages.flatMap(({ message, causes }) => [
      heading(3, message),
      bullets(causes.map(({ cause, scenarios }) => [code(cause), ...sentence(': '), ...codes(scenarios, ', ')])),
    ]),
    heading(2, 'Causes'),
    ...shown.flatMap((id) => [
      heading(3, id),
      paragraph(...sentence(CAUSES[id].sentence)),
      bullets([sentence(`Proven by: ${CAUSES[id].proof}`), sentence(`Repair: ${CAUSES[id].repair}`)]),
    ]),
  ];
}
