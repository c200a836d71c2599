/** Gates before the application: who is not signed in does not get through. */
import { answered, error, many, may, scenario } from 'sintoma';
import { NEVER, nothingComesThrough, refusedSockets, restored, states } from './broken.ts';
import { allLive, polling, PROXIES, urlOf } from './expected.ts';

const password = PROXIES.map((proxy) =>
  scenario(`gateways/${proxy}-asks-for-a-password`, {
    title: `${proxy} asks for a password before what is live: a page sends none with a handshake.`,
    faults: [`${proxy}-asks-for-a-password`],
    ...nothingComesThrough(proxy, 401),
    delivery: NEVER,
    cause: 'proxy-auth-gate',
    repairs: [{ title: 'let what is live pass without a password', ...restored }],
  }),
);

const redirects = PROXIES.map((proxy) => {
  const { console, sockets } = refusedSockets(proxy, 302, 302);
  const live = `${urlOf(proxy)}/live`;
  const signIn = `${urlOf(proxy)}/oauth2/sign_in`;
  // To a POST, Traefik says that it is to be posted there.
  const posted = proxy === 'traefik';
  return scenario(`gateways/${proxy}-redirects`, {
    title: `${proxy} leads who is not signed in to a sign-in page: no handshake follows, and a fetch gets a page.`,
    faults: [`${proxy}-redirects`],
    visit: `${urlOf(proxy)}/`,
    console: [
      ...console,
      error(
        'EventSource\'s response has a MIME type ("text/html") that is not "text/event-stream". Aborting the connection.',
      ),
    ],
    requests: [
      answered('GET', `${live}/messages`, 302),
      answered('GET', `${live}/events`, 302),
      answered('POST', `${live}/chat`, posted ? 307 : 302),
      many(answered('GET', polling(proxy), 302)),
      may({ method: 'GET', url: polling(proxy) }),
      ...(posted ? [answered('POST', signIn, 200)] : []),
      // Apache adds the query of what was asked.
      many(answered('GET', new RegExp(`^${signIn.replaceAll('.', '\\.')}(\\?EIO=4&transport=polling.*)?$`), 200)),
    ],
    sockets,
    page: states('closed', ...Object.keys(allLive)),
    delivery: NEVER,
    cause: 'proxy-auth-gate',
    repairs: [{ title: 'let what is live pass, or sign in before', ...restored }],
  });
});

export default [...password, ...redirects];
