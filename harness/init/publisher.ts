/** Publishes as the topology that is written will. */
import { byCommand, byRequest, type Publish } from '../delivery/publishing.ts';
import { defined } from '../common/defined.ts';
import { tlsName, type System } from './topology-text.ts';

/** The publisher of a system; undefined where nothing is published. It does what the code of `topologyText` does. */
export function publisherOf({
  visit,
  answering,
  publish,
}: Pick<System, 'visit' | 'answering' | 'publish'>): Publish | undefined {
  if (publish.by === 'none') return undefined;
  if (publish.by === 'command') return byCommand(publish.service, publish.command);
  const { method, to, path, body } = publish;
  const { service, port } = to ?? answering;
  const own = to === undefined ? { headers: { host: new URL(visit).host }, tls: tlsName(visit) } : {};
  return byRequest(method as 'POST', service, port, path, defined({ body, ...own }));
}
