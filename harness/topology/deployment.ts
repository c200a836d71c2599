import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { editedFiles, type Documented } from './documented.ts';

/** Where a topology's deployment is written; read without Docker and without loading anything else. */
export interface Deployment extends Documented {
  /** Full path of its compose.yaml. */
  compose: string;
  /** Full path of the folder of its faults. */
  faults: string;
  /** Documented addresses that its Compose files do not name themselves: "host:port" to a destination. */
  addresses: Readonly<Record<string, string>>;
  /** Ports that are published besides those of the Compose files: "service:port". */
  ports?: readonly string[] | undefined;
}

const written = ({ faults }: Deployment, fault: string): string => path.join(faults, `${fault}.yaml`);

/**
 * Full path of a fault: a Compose override. That of an edit of a document is generated.
 *
 * @throws UserError that names document and line, where an edit of it cannot be made
 */
export const faultFile = (deployment: Deployment, fault: string): string =>
  editedFiles(deployment, fault) ?? written(deployment, fault);

/** Where a fault should be and is not; undefined where it is. Reads no document. */
export function missingFault(deployment: Deployment, fault: string): string | undefined {
  if (deployment.edits && Object.hasOwn(deployment.edits, fault)) return undefined;
  const file = written(deployment, fault);
  return existsSync(file) ? undefined : file;
}

/** Names of all faults: those that have a file, and the edits of documents. */
export function faultNames({ faults, edits = {} }: Deployment): string[] {
  const files = existsSync(faults) ? readdirSync(faults) : [];
  const named = files.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length));
  return [...named, ...Object.keys(edits)].sort();
}
