/** Publishes as the topology that is written will. */
import { byCommand, byRequest, type Publish } from '../delivery/publishing.ts';
import { defined } from '../common/defined.ts';
import { requestOf, type System } from './topology-text.ts';

/** The publisher of a system; undefined where nothing is published. It does what the code of `topologyText` does. */
export function publisherOf(system: Pick<System, 'visit' | 'answering' | 'publish'>): Publish | undefined {
  const { publish } = system;
  if (publish.by === 'none') return undefined;
  if (publish.by === 'command') return byCommand(publish.service, publish.command);
  const { method, service, port, path, host, body, tls } = requestOf(system, publish);
  return byRequest(
    method as 'POST',
    service,
    port,
    path,
    defined({ body, headers: host === undefined ? undefined : { host }, tls }),
  );
}
