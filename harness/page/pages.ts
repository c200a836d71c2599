/** All pages of a result: a pure function. */
import type { Result } from '../result/schema.ts';
import type { Texts } from './documents.ts';
import { traceOf } from './events.ts';
import { indexPage } from './index-page.ts';
import { scenarioPath } from './links.ts';
import { scenarioPage } from './scenario.ts';
import { STYLE } from './style.ts';

/** Path beside the result to what belongs there; pictures are there already. */
export const pagesOf = (result: Result, texts: Texts = new Map()): Map<string, string> =>
  new Map([
    ['index.html', indexPage(result, texts)],
    ['page/style.css', STYLE],
    ...result.scenarios.flatMap((scenario): [string, string][] => {
      const path = scenarioPath(scenario);
      const trace = `${path.split('/').at(-1) ?? ''}.trace.json`;
      return [
        [`${path}.html`, scenarioPage(scenario, result, trace)],
        [`${path}.trace.json`, JSON.stringify(traceOf(scenario))],
      ];
    }),
  ]);
