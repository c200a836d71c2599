/** Whether the real part of each stand-in can be had on this machine. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { resolveProject } from '../topology/compose.ts';
import { hasImage } from '../topology/images.ts';
import { readParts, type PartReading } from '../topology/parts.ts';
import type { ImageBuilder } from './builder.ts';
import { variantsIn, type Configured } from './configurations.ts';

/** Tries the real part of each stand-in once for each recipe; what a machine cannot have is remembered. */
export async function tryRealParts(
  { docker, images }: { docker: Docker; images: ImageBuilder },
  { definition: { deployment }, configurations }: Configured,
  onLine: (line: string) => void,
): Promise<PartReading[]> {
  const topology = deployment.name;
  const readings: PartReading[] = [];
  for (const [service, standIn] of Object.entries(configurations[0]?.project.standIns ?? {})) {
    if (standIn.real === undefined) {
      readings.push({ topology, service, for: standIn.for, real: false });
      continue;
    }
    const override = path.resolve(path.dirname(deployment.compose), standIn.real);
    const project = await resolveProject(deployment, [override]);
    const variant = variantsIn(topology, { overrides: [override], project }).find((one) => one.service === service);
    const recipe = createHash('sha256')
      .update(readFileSync(override))
      .update(variant?.tag ?? '')
      .digest('hex')
      .slice(0, 12);
    const known = readParts().find(
      (part) => part.topology === topology && part.service === service && part.recipe === recipe,
    );
    const base = { topology, service, for: standIn.for, override: standIn.real, recipe };
    if (known && (!known.real || !variant || (await hasImage(docker, variant.tag)))) {
      readings.push(known);
      continue;
    }
    onLine(`is the real ${standIn.for} to be had?`);
    const image = project.services[service]?.image;
    try {
      if (variant) await images.variant(deployment, variant, onLine);
      else if (image && !(await hasImage(docker, image))) await execa('docker', ['pull', image]);
      readings.push({ ...base, real: true });
    } catch {
      readings.push({ ...base, real: false, reason: 'no registry that this machine reaches has it' });
    }
  }
  return readings;
}
