// The fixture's project, or a copy of it in which something is wrong.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../../harness/common/paths.ts';

export const FIXTURE = path.join(ROOT, 'tests/harness/fixture');
export const FIXTURE_CONFIG = path.join(FIXTURE, 'playwright.config.ts');

/** A copy of the fixture, as deep below the project's folder as the fixture is, so that its imports hold. */
export class Copy {
  readonly path: string;

  constructor() {
    const parent = path.join(ROOT, 'reports/harness');
    mkdirSync(parent, { recursive: true });
    this.path = mkdtempSync(path.join(parent, 'project-'));
    for (const part of ['compose', 'scenarios', 'suite.ts']) {
      cpSync(path.join(FIXTURE, part), path.join(this.path, part), { recursive: true });
    }
  }

  /** Writes a file of the copy; returns the copy. */
  write(file: string, text: string): this {
    writeFileSync(path.join(this.path, file), text);
    return this;
  }

  /** Replaces a text in a file of the copy, which must hold it; returns the copy. */
  replace(file: string, text: string, by: string): this {
    const full = path.join(this.path, file);
    const before = readFileSync(full, 'utf8');
    if (!before.includes(text)) throw new Error(`${file} of the fixture does not hold ${text}`);
    writeFileSync(
      full,
      before.replace(text, () => by),
    );
    return this;
  }

  get env(): NodeJS.ProcessEnv {
    return { SINTOMA_PROJECT: this.path, SINTOMA_REPORTS: path.join(this.path, 'reports') };
  }
}
