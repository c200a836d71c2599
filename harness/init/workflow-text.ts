/** The text of the workflow that plays the scenarios: a pure function. */

/** How a repository installs its packages. */
export type Manager = 'npm' | 'pnpm' | 'yarn';

const INSTALL: Record<Manager, string> = {
  npm: 'npm ci --ignore-scripts',
  pnpm: 'corepack enable && pnpm install --frozen-lockfile --ignore-scripts',
  yarn: 'corepack enable && yarn install --immutable',
};

/** By this line a workflow is known as one that was written here. */
export const WORKFLOW_MARK = '# Written by `npx sintoma init`.';

export interface WorkflowOptions {
  manager: Manager;
  /** The folder of the project in the repository; empty where that is the root. */
  folder: string;
  /** The configuration of Playwright, where it is not the default one. */
  config?: string | undefined;
}

/** The workflow. Actions are pinned by commit; a bot of the repository may keep them up to date. */
export function workflowText({ manager, folder, config }: WorkflowOptions): string {
  const inside = folder === '' ? '' : `    defaults:\n      run: { working-directory: ${JSON.stringify(folder)} }\n`;
  const reports = folder === '' ? 'reports' : `${folder}/reports`;
  const test = `npx playwright test${config === undefined ? '' : ` --config ${config}`}`;
  return `${WORKFLOW_MARK} It plays every scenario; a failure keeps its report.
name: sintoma
on:
  push: { branches: [main] }
  pull_request:

permissions: { contents: read }

jobs:
  scenarios:
    runs-on: ubuntu-22.04
    timeout-minutes: 30
${inside}    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { persist-credentials: false }
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with: { node-version: 22 }
      # bubblewrap shields the browser from network changes of the engine; the NSS tools trust the test authority.
      - run: sudo apt-get update && sudo apt-get install -y --no-install-recommends bubblewrap libnss3-tools
      - run: ${INSTALL[manager]}
      - run: npx playwright install --with-deps chromium
      - run: ${test}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: \${{ !cancelled() }}
        with:
          name: sintoma
          path: |
            ${reports}
            !${reports}/latest
          retention-days: 7
`;
}
