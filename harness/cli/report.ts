import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { execa } from 'execa';
import { UserError } from '../common/errors.ts';
import { PROJECT, REPORTS } from '../common/paths.ts';
import type { DocumentText } from '../page/document-text.ts';
import type { Texts } from '../page/documents.ts';
import { PAGE, writePage } from '../report/page.ts';
import { readResult } from '../report/store.ts';
import type { Result } from '../result/schema.ts';
import { linesOf } from '../scenario/document-lines.ts';
import { documentNow } from '../scenario/documents.ts';
import { isOwn } from '../scenario/labels.ts';

/** What opens a file in the person's own browser. */
function opener(): [program: string, ...args: string[]] {
  if (process.platform === 'darwin') return ['open'];
  // The empty text is the title of a window, which `start` takes first.
  return process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
}

async function open(file: string): Promise<void> {
  const [program, ...args] = opener();
  const { failed, shortMessage } = await execa(program, [...args, file], { reject: false, stdio: 'ignore' });
  if (failed) throw new UserError(`report: no browser could be opened: ${shortMessage ?? ''}`, `open ${file} by hand`);
}

/** The own documents of a result, and those in a folder, with where the locked lines of their claims are now. */
function textsOf({ documents }: Result, folder: string | undefined): Texts {
  return new Map(
    documents.flatMap(({ name, topology }): [string, DocumentText][] => {
      if (isOwn(name)) {
        const file = path.resolve(PROJECT, name);
        const lines = existsSync(file) ? linesOf(readFileSync(file, 'utf8')) : [];
        return [[name, { lines, placeOf: (claim) => claim.lines }]];
      }
      if (folder === undefined) return [];
      const { lines, fateOf } = documentNow(topology, name, folder);
      const placeOf: DocumentText['placeOf'] = (claim) => {
        const fate = fateOf?.(claim.lines);
        if (fate === undefined) return claim.lines;
        return fate.is === 'gone' ? undefined : fate.lines;
      };
      return [[name, { lines, placeOf }]];
    }),
  );
}

export const reportCommand = (): Command =>
  new Command('report')
    .description('make the page that people read, reports/index.html, from what the last runs found')
    .option('--open', 'open it in a browser')
    .option('--documents <folder>', "where the documents' files are, <name>.md: the page shows their lines, coloured")
    .option('--json', 'print the result as JSON, and make no page')
    .action(async (options: { open?: boolean; json?: boolean; documents?: string }) => {
      const result = readResult();
      if (result === undefined)
        throw new UserError(
          `report: there is no result in ${path.join(REPORTS, 'result.json')}`,
          'run: npx playwright test',
        );
      if (options.json) {
        console.log(JSON.stringify(result, null, 2));
        return;
      }
      writePage(result, textsOf(result, options.documents));
      const { scenarios, checks, claims } = result;
      const failed = [...scenarios, ...checks].filter(({ status }) => status === 'failed').length;
      const drifted = claims.filter(({ state }) => state === 'drifted').length;
      console.log(
        `${scenarios.length} scenarios, ${checks.length} checks, ${failed} failed, ${drifted} claims drifted`,
      );
      console.log(path.relative(process.cwd(), PAGE));
      if (options.open) await open(PAGE);
    });
