// What set-up reads of Playwright's command line: a word that it takes otherwise than Playwright does costs builds, or a run.
import { wantedBy } from '../../harness/runner/command-line.ts';
import { grepTitle, tagsOf } from '../../harness/scenario/labels.ts';
import { loadTopology } from '../../harness/scenario/load.ts';
import { configure, variantsOf } from '../../harness/setup/configurations.ts';
import { playwright } from './support/command.ts';
import { expect, test } from './support/test.ts';

const NAMES = ['balancas', 'renum', 'veloflux'];

for (const [line, names] of [
  ['test', NAMES],
  ['test --project balancas', ['balancas']],
  ['test --project=balancas', ['balancas']],
  ['test --project BALANCAS renum --workers 2', ['balancas', 'renum']],
  ['test --project=*e* --reporter=dot', ['renum', 'veloflux']],
  ['test some.spec.ts --workers 2 --project renum --project veloflux -g x', ['renum', 'veloflux']],
] as const) {
  test(`${line} plays ${names.join(', ')}`, () => {
    expect(NAMES.filter(wantedBy(line.split(' ')).project)).toEqual(names);
  });
}

for (const [words, wanted] of [
  [[], true],
  [['-g', 'Healthy'], true],
  [['--grep', '^balancas .*-ip @healthy'], true],
  [['--grep=/-ip.*@balancas$/'], true],
  [['-g', '/Healthy/'], false],
  [['-g', '/Healthy/gi'], true],
  [['-g', 'renum'], false],
] as const) {
  test(`healthy-ip is ${wanted ? '' : 'not '}wanted by ${words.join(' ') || 'everything'}`, () => {
    const title = grepTitle('balancas', 'balancas/healthy-ip', ['@healthy', '@balancas']);
    expect(wantedBy(['test', ...words]).title(title)).toBe(wanted);
  });
}

test('the title is the one that Playwright matches', async () => {
  const { scenarios } = await loadTopology('balancas');
  for (const scenario of scenarios.slice(0, 1)) {
    const title = grepTitle('balancas', scenario.id, tagsOf(scenario));
    const { out } = await playwright(['test', '--list', '--project', 'balancas', '-g', `^${title}$`]);
    expect(out).toContain('Total: 1 test in 1 file');
  }
});

test('a run of one scenario builds what it plays, and nothing else', async () => {
  const configured = await configure('easypanel-crm');
  const tags = async (...grep: string[]): Promise<string[]> =>
    (await variantsOf(configured, [], wantedBy(['test', ...grep]).title)).map(({ tag }) => tag).sort();
  const all = await tags();
  const one = await tags('-g', 'token-rejected ');
  expect(one.length).toBeLessThan(all.length / 2);
  expect(all).toEqual(expect.arrayContaining(one));
  expect(one).toEqual(expect.arrayContaining(await tags('-g', 'spec.ts healthy ')));
  expect(await tags('-g', 'no such scenario')).toEqual([]);
});
