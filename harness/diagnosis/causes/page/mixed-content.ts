import { cause } from '../../cause.ts';
import { label } from '../../facts/sentences.ts';
import { proven } from '../../finding.ts';

export default cause({
  id: 'mixed-content',
  hop: 'page',
  sentence:
    'The page was loaded over HTTPS and requests an insecure http:// or ws:// address, which the browser blocks.',
  proof:
    'The browser reports mixed content (console, blocked reason, or SecurityError of the WebSocket constructor) for that URL.',
  lookAlikes: ['upstream-silent', 'csp-blocks-connect', 'cors-origin-missing'],
  repair:
    'Use https:// and wss:// in the page, or derive the scheme from window.location; the backend must support TLS.',
  examineTarget: (_context, target) =>
    target.symptom?.is === 'blocked' && target.symptom.by === 'mixed-content'
      ? proven(`the browser blocked ${label(target)} as mixed content: the page was loaded over https`)
      : undefined,
  excluded: ({ page }) =>
    page.secure
      ? 'the browser reports no mixed content'
      : 'the page was loaded over plain http: there is no mixed content',
});
