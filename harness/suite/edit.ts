/** What faults change, as a person reads it: the difference of the resolved Compose files. */
import path from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { CACHE, PROJECT } from '../common/paths.ts';
import { resolveProject, type ResolvedProject, type ResolvedService } from '../topology/compose.ts';
import { faultFile, type Deployment } from '../topology/deployment.ts';

/** A service with the text of the files that it is given, in the place of their names. */
function withTexts({ configs: mounted, ...service }: ResolvedService, configs: ResolvedProject['configs']): object {
  const files = mounted?.map(({ source, target }) => {
    const content = configs[source]?.content;
    return content === undefined ? { source, target } : { target, content: content.replaceAll('$$', '$') };
  });
  return files === undefined ? service : { ...service, configs: files };
}

/** Files as Compose resolves them, without the folders of this machine. */
function text(project: ResolvedProject, folder: string): string {
  const { networks, volumes, addresses, configs } = project;
  const services = Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => [name, withTexts(service, configs)]),
  );
  const where = Object.entries(addresses).map(([address, to]): [string, string] => [
    address,
    typeof to === 'string' ? to : `${to.service}:${to.port}`,
  ]);
  const written = stringify({ services, networks, volumes, addresses: Object.fromEntries(where) }, { lineWidth: 0 });
  return written.replaceAll(folder, '.').replaceAll(PROJECT, '.').replaceAll(CACHE, '~/.cache/sintoma');
}

/**
 * A unified diff from the healthy to the faulty system; empty where the files are the same.
 *
 * @param parts overrides that hold for both
 */
export async function editOf(
  deployment: Deployment,
  faults: readonly string[],
  parts: readonly string[],
): Promise<string> {
  if (faults.length === 0) return '';
  const folder = path.dirname(deployment.compose);
  const overrides = faults.map((fault) => faultFile(deployment, fault));
  const [healthy, faulty] = await Promise.all([
    resolveProject(deployment, parts),
    resolveProject(deployment, [...parts, ...overrides]),
  ]);
  const [before, after] = [text(healthy, folder), text(faulty, folder)];
  if (before === after) return '';
  const patch = createTwoFilesPatch('healthy', faults.join(' + '), before, after, '', '', { context: 3 });
  return patch.slice(patch.indexOf('---'));
}
