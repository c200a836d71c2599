/** All ways in which topologies are configured, and the images and hosts that they need. Asks Compose, starts nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import path from 'node:path';
import { parse } from 'yaml';
import { addressOf } from '../common/address.ts';
import { UserError } from '../common/errors.ts';
import { BASE, PROJECT, ROOT } from '../common/paths.ts';
import { CHECK_TAG, grepTitle, tagsOf } from '../scenario/labels.ts';
import { loadTopology, stackedFaults, type LoadedTopology } from '../scenario/load.ts';
import { faultsOf, servicesIn, visitsIn } from '../scenario/read.ts';
import { resolveProject, type ResolvedProject } from '../topology/compose.ts';
import { faultFile, faultNames, type Deployment } from '../topology/deployment.ts';
import { dockerfileOf, imageTags, sharedClosure, sharedWith } from '../topology/images.ts';
import type { Variant } from './builder.ts';

/** A deployment with some overrides, as Compose resolves it. */
interface Configuration {
  /** Full paths. */
  overrides: readonly string[];
  project: ResolvedProject;
}

/** A topology with every configuration in which its scenarios play: healthy, each fault, and faults on one another. */
export interface Configured extends LoadedTopology {
  /** The healthy one first. */
  configurations: readonly Configuration[];
}

async function resolve(deployment: Deployment, overrides: readonly string[]): Promise<Configuration> {
  return { overrides, project: await resolveProject(deployment, overrides) };
}

/** What is wrong with a topology that only its resolved Compose files show. */
function check({ definition, scenarios, configurations }: Configured): void {
  const [healthy, ...others] = configurations;
  const idle = others.find(({ project }) => isDeepStrictEqual(project, healthy?.project));
  if (idle) {
    throw new UserError(
      `${idle.overrides.map((file) => path.relative(PROJECT, file)).join(' + ')}: changes nothing: with it, Compose starts what it starts without it`,
      'a fault differs from compose.yaml in one place',
    );
  }
  const services = new Set(configurations.flatMap(({ project }) => Object.keys(project.services)));
  const addresses = new Set(configurations.flatMap(({ project }) => Object.keys(project.addresses)));
  const known = (where: string, service: string): void => {
    if (services.has(service)) return;
    const compose = path.relative(PROJECT, definition.deployment.compose);
    throw new UserError(`${where}: "${service}" is no service of ${compose}`);
  };
  for (const key of ['ready', 'reload'] as const)
    for (const service of Object.keys(definition[key]))
      known(`scenarios/${definition.name}/topology.ts: ${key}`, service);
  for (const scenario of scenarios) {
    for (const { key, url } of visitsIn(scenario)) {
      if (addresses.has(addressOf(url))) continue;
      throw new UserError(
        `${scenario.file}: ${scenario.id}: ${key}: nothing says where ${addressOf(url)} leads`,
        'add it to `addresses` in topology.ts, or to x-addresses in a Compose file (also as closed or no-record)',
      );
    }
    for (const { key, service } of servicesIn(scenario)) known(`${scenario.file}: ${scenario.id}: ${key}`, service);
  }
}

/**
 * Loads a topology, resolves all its configurations and checks that they make sense.
 *
 * @throws UserError that names the file that is wrong
 */
export async function configure(name: string): Promise<Configured> {
  const loaded = await loadTopology(name);
  const { deployment } = loaded.definition;
  const faults = [[], ...faultNames(deployment).map((fault) => [fault]), ...stackedFaults(loaded)];
  const overrides = faults.map((names) => names.map((fault) => faultFile(deployment, fault)));
  const configured = {
    ...loaded,
    configurations: await Promise.all(overrides.map((list) => resolve(deployment, list))),
  };
  check(configured);
  return configured;
}

/** The images of a configuration's services. */
export function variantsIn(topology: string, { overrides, project }: Configuration): Variant[] {
  const tags = imageTags(topology, project);
  return Object.entries(project.services).flatMap(([service, { build }]) => {
    const tag = tags[service];
    if (!build || !tag) return [];
    return { overrides, service, context: build.context, tag, shared: sharedClosure([dockerfileOf(build)]) };
  });
}

/** The configurations in which some of a topology's scenarios and checks play, the healthy one included; else none. */
function configurationsFor(
  { definition: { name, deployment }, scenarios, checks, configurations }: Configured,
  wanted: (title: string) => boolean,
): readonly Configuration[] {
  const faults = [
    ...scenarios.filter((scenario) => wanted(grepTitle(name, scenario.id, tagsOf(scenario)))).flatMap(faultsOf),
    ...checks.filter(({ id }) => wanted(grepTitle(name, id, [CHECK_TAG]))).map((check) => check.faults ?? []),
  ];
  if (faults.length > 0) faults.push([]);
  const keys = new Set(faults.map((names) => names.map((fault) => faultFile(deployment, fault)).join()));
  return configurations.filter(({ overrides }) => keys.has(overrides.join()));
}

/**
 * Every image that a topology's scenarios and checks need, each once.
 *
 * @param parts overrides (full paths) that put real parts in place of stand-ins
 * @param wanted of which scenarios and checks, by {@link grepTitle}; all by default
 */
export async function variantsOf(
  configured: Configured,
  parts: readonly string[],
  wanted: (title: string) => boolean = () => true,
): Promise<Variant[]> {
  const { definition } = configured;
  const configurations = configurationsFor(configured, wanted);
  const all =
    parts.length === 0
      ? configurations
      : await Promise.all(
          configurations.map(({ overrides }) => resolve(definition.deployment, [...parts, ...overrides])),
        );
  const variants = all.flatMap((one) => variantsIn(definition.name, one));
  return [...new Map(variants.map((variant) => [variant.tag, variant])).values()];
}

/** Every image that a topology takes as it is, from a registry. */
export const foreignImages = ({ configurations }: Configured): string[] => [
  ...new Set(
    configurations.flatMap(({ project }) =>
      Object.values(project.services).flatMap(({ build, image }) => (build || image === undefined ? [] : [image])),
    ),
  ),
];

/** The shared images (compose/base) that a topology needs, in the order in which they must be built. */
export function sharedImages(topologies: readonly Configured[]): string[] {
  const dockerfiles = topologies.flatMap(({ configurations }) =>
    configurations.flatMap(({ project }) =>
      Object.values(project.services).flatMap(({ build }) => (build ? [dockerfileOf(build)] : [])),
    ),
  );
  // Nearly all configurations share their Dockerfiles; each is read once.
  return sharedClosure([...new Set(dockerfiles)]);
}

/**
 * The shared images that tests start without a topology, in the order in which they must be built: `x-tests` of
 * compose/base/compose.yaml. Only the project to which that file belongs has such tests.
 *
 * @param wanted tells whether a project of Playwright is played; by default, none is
 */
export function imagesOfTests(wanted: (project: string) => boolean = () => false): string[] {
  const file = path.join(BASE, 'compose.yaml');
  if (PROJECT !== ROOT || !existsSync(file)) return [];
  const { 'x-tests': tests = {} } = parse(readFileSync(file, 'utf8')) as { 'x-tests'?: Record<string, string[]> };
  const names = Object.entries(tests).flatMap(([project, images]) => (wanted(project) ? images : []));
  return [...new Set(names.flatMap(sharedWith))];
}

/** Hosts that some topology serves with a test certificate. */
export function documentedHosts(topologies: readonly Configured[]): string[] {
  const hosts = topologies
    .filter((one) => sharedImages([one]).includes('tls'))
    .flatMap(({ configurations }) => configurations.flatMap(({ project }) => Object.keys(project.addresses)))
    .map((address) => address.slice(0, address.lastIndexOf(':')));
  return [...new Set(hosts)].sort();
}
