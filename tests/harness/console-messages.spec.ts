// What the console says, by cause: made from the expectations of scenarios.
import { expect, test } from '@playwright/test';
import { consoleMessages, messageOf } from '../../harness/page/console-messages.ts';
import type { Scenario } from '../../harness/scenario/schema.ts';

for (const [text, message] of [
  ["WebSocket connection to 'wss://a.test/ws' failed: x", "WebSocket connection to '‹address›' failed: x"],
  [/^WebSocket connection to 'wss:\/\/a\.test\/ws\?sid=.*failed: x$/, "WebSocket connection to '‹address›' failed: x"],
  [/^Access to fetch at 'http:\/\/a\.test\/[^']*' from/, "Access to fetch at '‹address›' from"],
  ['the server responded with a status of 404 (Not Found)', 'the server responded with a status of 404'],
  ['the server responded with a status of 404 ()', 'the server responded with a status of 404'],
  ['Refused (by policy)', 'Refused (by policy)'],
] as const)
  test(`as a message: ${String(text)}`, () => {
    expect(messageOf(text)).toBe(message);
  });

const scenario = (id: string, cause: Scenario['cause'], console: Scenario['console']): Scenario =>
  ({ id, cause, console }) as Scenario;

test('a message stands once, with its causes, those of more scenarios first; what may be seen proves nothing', () => {
  const refused = { level: 'error', text: 'refused by http://a.test/' } as const;
  expect(
    consoleMessages([
      scenario('t/one', 'upstream-down', [refused, { level: 'error', text: 'perhaps', may: true }]),
      scenario('t/two', 'tls-port-closed', [{ ...refused, text: 'refused by http://b.test/' }]),
      scenario('t/three', 'tls-port-closed', [refused]),
      scenario('t/healthy', 'none', [refused]),
      scenario('t/talks', 'upstream-down', [{ level: 'log', text: 'connecting' }]),
    ]),
  ).toEqual([
    {
      message: 'refused by ‹address›',
      causes: [
        { cause: 'tls-port-closed', scenarios: ['t/three', 't/two'] },
        { cause: 'upstream-down', scenarios: ['t/one'] },
      ],
    },
  ]);
});
