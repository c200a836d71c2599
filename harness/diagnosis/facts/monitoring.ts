import type { RuleContext } from '../context.ts';
import { isConnected } from './publishing.ts';
import { originOf } from '../urls.ts';

/** What the monitoring reports, if the page is a monitoring page or messages are not delivered. */
export function monitored(context: RuleContext) {
  const title = `${context.evidence.page.title} ${context.evidence.page.text.slice(0, 300)}`;
  const isMonitor =
    /prometheus|alertmanager/i.test(title) || /:(9090|9091|9092|9093)\b/.test(context.evidence.page.url);
  const undelivered = Object.values(context.delivery?.channels ?? {}).some((channel) => channel.outcome === 'never');
  if (!isMonitor && !(undelivered && isConnected(context))) return undefined;
  const bases = isMonitor
    ? [
        originOf(context.page),
        ...context
          .entryPoints()
          .filter((entry) => /^909\d$/.test(String(entry.port)))
          .map(originOf),
      ]
    : context.entryPoints().map(originOf);
  return context.ask({ ask: 'monitor', bases: [...new Set(bases)].slice(0, 6) });
}
