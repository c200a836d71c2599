import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Where a topology's deployment is written; read without Docker and without loading anything else. */
export interface Deployment {
  /** Name of the topology. */
  name: string;
  /** Full path of its compose.yaml. */
  compose: string;
  /** Full path of the folder of its faults. */
  faults: string;
  /** Documented addresses that its Compose files do not name themselves: "host:port" to a destination. */
  addresses: Readonly<Record<string, string>>;
}

/** Full path of a fault: a Compose override. */
export const faultFile = ({ faults }: Deployment, fault: string): string => path.join(faults, `${fault}.yaml`);

/** Names of all faults that have a file. */
export function faultNames({ faults }: Deployment): string[] {
  if (!existsSync(faults)) return [];
  return readdirSync(faults)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}
