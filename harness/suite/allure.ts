/** What Allure's reporter learns of a scenario besides its test: labels, and a link to the lines of its document. */
import path from 'node:path';
import type { TestInfo } from '@playwright/test';
import { PROJECT } from '../common/paths.ts';
import { isOwn, placeIn } from '../scenario/labels.ts';
import type { Scenario } from '../scenario/schema.ts';

type Document = NonNullable<Scenario['document']>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Address of a document's lines in the repository: of an own document, on GitHub Actions and GitLab CI/CD, which tell where
 * the files of a commit can be read. Undefined elsewhere: Allure shows whole addresses only.
 */
export function documentAddress({ name, lines: [from, to] }: Document, env: Environment): string | undefined {
  if (!isOwn(name)) return undefined;
  const under = (root: string): string =>
    path.relative(root, path.resolve(PROJECT, name)).split(path.sep).map(encodeURIComponent).join('/');
  const { GITHUB_WORKSPACE, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA } = env;
  // Without `plain=1` a Markdown file is shown as a page, in which there are no lines.
  if (GITHUB_WORKSPACE && GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_SHA)
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/${GITHUB_SHA}/${under(GITHUB_WORKSPACE)}?plain=1#L${from}-L${to}`;
  const { CI_PROJECT_DIR, CI_PROJECT_URL, CI_COMMIT_SHA } = env;
  if (CI_PROJECT_DIR && CI_PROJECT_URL && CI_COMMIT_SHA)
    return `${CI_PROJECT_URL}/-/blob/${CI_COMMIT_SHA}/${under(CI_PROJECT_DIR)}?plain=1#L${from}-${to}`;
  return undefined;
}

/** Labels by which Allure groups; allure-playwright reads them from annotations. */
export const allureLabels = (scenario: Scenario): { type: string; description: string }[] =>
  Object.entries({
    parentSuite: scenario.topology,
    topology: scenario.topology,
    cause: scenario.cause,
    document: scenario.document?.name,
  }).flatMap(([name, description]) =>
    description === undefined ? [] : [{ type: `@allure.label.${name}`, description }],
  );

/** How a test tells allure-playwright of itself while it runs: an attachment, which it takes out of what it shows. */
const MESSAGE = 'application/vnd.allure.message+json';

/** Links a test to the lines of its document, where they have an address and the run has Allure's reporter. */
export async function linkDocument(testInfo: TestInfo, { document }: Scenario): Promise<void> {
  if (!document || !testInfo.config.reporter.some(([name]) => name.includes('allure-playwright'))) return;
  const url = documentAddress(document, process.env);
  if (url === undefined) return;
  const link = { name: placeIn(document.name, document.lines), url, type: 'document' };
  const body = JSON.stringify({ type: 'metadata', data: { links: [link] } });
  await testInfo.attach('Allure Metadata', { contentType: MESSAGE, body });
}
