// An engine that has what a test says it has, and remembers what it was told to remove.
import http from 'node:http';
import type net from 'node:net';
import { LABEL_OWNER } from '../../../harness/topology/ownership.ts';

export type Labels = Record<string, string>;

export class FakeEngine {
  readonly removed: string[] = [];
  private readonly server: http.Server;

  /**
   * @param things labels of containers, networks and volumes by name
   * @param busy networks that it does not let go
   */
  constructor(
    private readonly things: Readonly<Record<'containers' | 'networks' | 'volumes', Record<string, Labels>>>,
    busy: readonly string[] = [],
  ) {
    this.server = http.createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine');
      const [, kind, name] = /^(?:\/v[\d.]+)?\/(\w+)(?:\/([^/]+))?/.exec(pathname) ?? [];
      const answer = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (kind === '_ping') answer(200, 'OK');
      else if (request.method === 'DELETE' && busy.includes(name ?? ''))
        answer(403, { message: `error while removing network: network ${name} has active endpoints` });
      else if (request.method === 'DELETE') {
        this.removed.push(`${kind ?? ''}/${name ?? ''}`);
        answer(204, undefined);
      } else answer(200, this.list(kind as 'containers', searchParams.get('filters') ?? ''));
    });
  }

  private list(kind: 'containers' | 'networks' | 'volumes', filters: string): unknown {
    // As the real one: only what has the label that was asked for.
    const owned = filters.includes(LABEL_OWNER);
    const found = Object.entries(this.things[kind]).filter(([, labels]) => !owned || LABEL_OWNER in labels);
    const rows = found.map(([name, Labels]) => ({ Id: name, Name: name, Names: [`/${name}`], Labels }));
    return kind === 'volumes' ? { Volumes: rows } : rows;
  }

  /** Its address, as DOCKER_HOST takes it. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `tcp://127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
