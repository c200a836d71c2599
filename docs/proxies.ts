/** The page “What breaks, proxy by proxy”, from the matrix of the gateways and what their scenarios expect. */
import type { PhrasingContent } from 'mdast';
import { messageOf } from '../harness/page/console-messages.ts';
import { type Block, bullets, code, codes, grid, heading, sentence } from '../harness/page/markdown.ts';
import type { Scenario } from '../harness/scenario/schema.ts';
import { allLive, PROXIES } from '../scenarios/gateways/expected.ts';
import { MATRIX } from '../scenarios/gateways/matrix.ts';

const WAYS = Object.keys(allLive);

const outcome = ({ delivery }: Scenario, way: string): string => {
  const seen = delivery[way];
  return typeof seen === 'string' ? seen : '–';
};

function cells(scenario: Scenario): PhrasingContent[][] {
  const { requests, sockets, cause } = scenario;
  const statuses = requests.flatMap(({ status, error }) =>
    status !== undefined && status >= 300 ? [String(status)] : typeof error === 'string' ? [error] : [],
  );
  const closed = sockets.flatMap(({ closeCode }) => (closeCode === undefined ? [] : [String(closeCode)]));
  const answers = [...new Set([...statuses, ...closed])];
  return [
    answers.length === 0 ? sentence('–') : codes(answers, ' · '),
    ...WAYS.map((way) => sentence(outcome(scenario, way))),
    cause === 'none' ? sentence('nothing is') : [code(cause)],
  ];
}

/** Each text once, with the proxies of which it is true. */
function byText(told: readonly (readonly [proxy: string, text: string])[]): [text: string, proxies: string][] {
  const texts = [...new Set(told.map(([, text]) => text))];
  return texts.map((text) => {
    const proxies = new Set(told.filter(([, other]) => other === text).map(([proxy]) => proxy));
    return [text, proxies.size === PROXIES.length ? 'all five' : [...proxies].join(', ')];
  });
}

const messagesOf = ({ console }: Scenario): string[] =>
  console.filter(({ may }) => may !== true).map(({ text }) => messageOf(text));

/**
 * The page, as blocks of Markdown.
 *
 * @throws an error that names the scenario that is in no cell, or the cell whose scenario there is not
 */
export function proxyPage(scenarios: readonly Scenario[]): Block[] {
  const left = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const taken = (name: string): Scenario => {
    const id = `gateways/${name}`;
    const scenario = left.get(id);
    if (!scenario) throw new Error(`scenarios/gateways/matrix.ts: ${id}: no such scenario, or in two cells`);
    left.delete(id);
    return scenario;
  };
  const blocks = MATRIX.flatMap(({ wrong, cells: byProxy }): Block[] => {
    const played = PROXIES.flatMap((proxy) => {
      const cell = byProxy[proxy];
      return 'none' in cell ? [] : [[proxy, taken(cell.scenario)] as const];
    });
    const said = byText(
      played.flatMap(([proxy, scenario]) => messagesOf(scenario).map((text) => [proxy, text] as const)),
    );
    const none = PROXIES.flatMap((proxy) => {
      const cell = byProxy[proxy];
      return 'none' in cell ? [[proxy, cell.none] as const] : [];
    });
    return [
      heading(2, wrong),
      grid([
        ['proxy', 'answers', ...WAYS, 'what is wrong'].map(sentence),
        ...played.map(([proxy, scenario]) => [sentence(proxy), ...cells(scenario)]),
      ]),
      bullets([
        ...said.map(([text, proxies]) => [code(text), ...sentence(` (${proxies})`)]),
        ...byText(none).map(([reason, proxies]) => sentence(`Not with ${proxies}: ${reason}.`)),
      ]),
    ];
  });
  const [forgotten] = left.keys();
  if (forgotten !== undefined) throw new Error(`scenarios/gateways/matrix.ts: ${forgotten} is in no cell`);
  return blocks.filter((block) => block.type !== 'list' || block.children.length > 0);
}
