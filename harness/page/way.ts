/** The way of a message, hop by hop, with what readings show of each. */
import type { Hop } from '../causes/causes.ts';
import type { HopState } from '../diagnosis/diagnose.ts';
import { markup, type Html } from './html.ts';

/** What a person calls a hop. */
const NAMES: Readonly<Record<Hop, string>> = {
  page: 'page in the browser',
  dns: 'name',
  edge: 'TCP and TLS',
  proxy: 'proxy',
  backend: 'backend and handshake',
  policy: 'sign-in and permissions',
  publisher: 'publisher',
  broker: 'broker',
};

const MARKS: Readonly<Record<HopState['state'], readonly [mark: string, meaning: string]>> = {
  ok: ['✓', 'works, as a reading shows'],
  broken: ['✗', 'broken'],
  unknown: ['○', 'no reading'],
  'not reached': ['·', 'not reached'],
};

/** A list with a mark for each hop: a tick only where a reading shows that it works. */
export function wayList(label: string, way: readonly Pick<HopState, 'hop' | 'state'>[]): Html {
  const items = way.map(({ hop, state }) => {
    const [mark, meaning] = MARKS[state];
    return markup`<li
      class="${state === 'not reached' ? 'dim' : state === 'unknown' ? 'none' : state}"
      title="${meaning}"
    >
      <span aria-hidden="true">${mark}</span> ${NAMES[hop]}<span class="hide">: ${meaning}</span>
    </li>`;
  });
  return markup`<ol class="way" aria-label="${label}">
    ${items}
  </ol>`;
}

/** What the marks mean. */
export const wayKey: Html = markup`<p class="dim">
  ${Object.values(MARKS)
    .map(([mark, meaning]) => `${mark} ${meaning}`)
    .join(' · ')}
</p>`;
