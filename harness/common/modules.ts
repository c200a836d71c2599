/** How the TypeScript files of a project are loaded: by what the process at hand loads TypeScript with. */
import { pathToFileURL } from 'node:url';

type Importer = (file: string) => Promise<unknown>;

/** Under Playwright, its own loader takes TypeScript; the command line brings one. */
let importer: Importer = (file) => import(pathToFileURL(file).href);

/** Loads files by other means from now on. */
export function loadModulesBy(other: Importer): void {
  importer = other;
}

/** Loads a module by its full path. */
export const loadModule = (file: string): Promise<unknown> => importer(file);
