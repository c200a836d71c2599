import type { RuleContext } from '../context.ts';
import type { Target } from '../targets/target.ts';

export function certificate(context: RuleContext, target: Target) {
  return context.ask({ ask: 'tls', host: target.address.host, port: target.address.port, alpn: 'any' });
}
