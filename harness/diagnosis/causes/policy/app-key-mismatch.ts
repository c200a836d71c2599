import { cause } from '../../cause.ts';
import { likely, proven } from '../../finding.ts';

export default cause({
  id: 'app-key-mismatch',
  hop: 'policy',
  sentence: 'The page uses an application key that the server does not have.',
  proof:
    'The server answers Pusher error 4001 "Application does not exist" to the key in the URL, or says that the key is invalid.',
  lookAlikes: ['ws-origin-rejected', 'bundle-stale', 'auth-rejected'],
  repair: 'Build the page with the key of the server, and deploy it.',
  examineTarget: (_context, target) => {
    if (target.kind !== 'pusher')
      return target.symptom?.is === 'refused' &&
        /\b(invalid|unknown|wrong) (app|api|application)?[ -]?key\b|\bno application found\b|\bkey in request is not valid\b/i.test(
          target.symptom.text,
        )
        ? likely(`the server says: ${target.symptom.text.slice(0, 140)}`)
        : undefined;
    const key = /\/app\/([^/?]+)/.exec(target.address.path)?.[1] ?? '?';
    if (
      target.symptom?.is === 'refused' &&
      (target.symptom.code === 4001 ||
        /application does not exist|app key .* (does not|doesn't) exist|unknown app/i.test(target.symptom.text))
    ) {
      return proven(
        `the server does not know the key “${key}” in the page's URL: ${target.symptom.text.slice(0, 120)}`,
      );
    }
    return target.symptom?.is === 'closed' && target.symptom.code === 4001
      ? proven(`the server closed with 4001 for the key “${key}”`)
      : undefined;
  },
  excluded: ({ realtime }) =>
    realtime.some((target) => target.kind === 'pusher' && target.conversation?.greeted === true)
      ? 'the server accepted the application key'
      : undefined,
});
