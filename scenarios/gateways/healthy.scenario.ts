/** Each proxy with the block of the guide: all is live. */
import { scenario } from 'sintoma';
import { allLive, healthy, PROXIES, urlOf } from './expected.ts';

export default PROXIES.map((proxy) =>
  scenario(`gateways/${proxy}`, {
    title: `${proxy} with the block of the guide: all five ways are live.`,
    visit: `${urlOf(proxy)}/`,
    ...healthy(proxy),
    delivery: allLive,
    cause: 'none',
  }),
);
