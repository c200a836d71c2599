/** What Playwright's command line asks for. Set-up runs before Playwright loads a test, so it reads the words itself. */
import { Command } from 'commander';

/** What a run is narrowed to. */
export interface Wanted {
  /** True for a Playwright project, and so for a topology, that the run plays. */
  project: (name: string) => boolean;
  /** True for a test that the run may play, by the title that `--grep` is matched against. */
  title: (title: string) => boolean;
}

/** As Playwright reads `--grep`: `/…/flags`, else a pattern without regard to case. */
function pattern(text: string): RegExp {
  const [, source, flags] = /^\/(.*)\/([gi]*)$/.exec(text) ?? [];
  // Without "g": such a pattern remembers where it stopped.
  return source === undefined ? new RegExp(text, 'i') : new RegExp(source, flags?.replaceAll('g', ''));
}

/**
 * Reads `--project` (several names, which may hold *) and `--grep` as Playwright does; the rest is Playwright's.
 *
 * @param words the command line after the program, e.g. `['test', '--project', 'balancas', '-g', 'healthy']`
 */
export function wantedBy(words: readonly string[]): Wanted {
  const { project = [], grep } = new Command()
    .option('--project <name...>')
    .option('-g, --grep <pattern>')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .exitOverride()
    .parse([...words], { from: 'user' })
    .opts<{ project?: string[]; grep?: string }>();
  const projects = project.map((name) => new RegExp(`^${name.replaceAll('*', '.*')}$`, 'i'));
  const titles = grep === undefined ? undefined : pattern(grep);
  return {
    project: (name) => projects.length === 0 || projects.some((one) => one.test(name)),
    title: (title) => titles?.test(title) ?? true,
  };
}
