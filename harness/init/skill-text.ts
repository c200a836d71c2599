/** The text of the skill that tells a coding agent how to work with the scenarios: a pure function. */

/** By this line a skill is known as one that was written here. */
export const SKILL_MARK = '<!-- Written by `npx sintoma init`. -->';

/**
 * The skill, in the form of agentskills.io.
 *
 * @param documents that may tell of symptoms
 * @param config the configuration of Playwright, where it is not the default one
 */
export function skillText(documents: readonly string[], config?: string): string {
  const test = `npx playwright test${config === undefined ? '' : ` --config ${config}`}`;
  const pages = documents.length > 0 ? documents.map((one) => `\`${one}\``).join(', ') : 'the troubleshooting page';
  return `---
name: sintoma
description: Plays, adds and diagnoses the scenarios of this repository, which prove its troubleshooting pages. Use it when a real-time feature fails behind a proxy, when such a page changes, or when a scenario is red.
---

${SKILL_MARK}

# Sintoma

\`scenarios/<system>/\` describes a system that Docker Compose starts. A scenario breaks it in one way, opens its page in a
browser, compares everything that is seen, and proves the repair. The Compose file itself is never edited.

## Play

- All: \`${test}\`; one system: add \`--project <system>\`; one scenario: add \`-g <name>\`.
- A failure prints expected against seen. \`KEEP=1\` leaves the system running and prints how to reach it.
- By hand: \`npx sintoma up <system>/<name>\`, and \`npx sintoma down\` afterwards.

## Add a scenario

1. Take one symptom of ${pages}.
2. Write the fault, \`scenarios/<system>/faults/<fault>.yaml\`: a Compose override with one edit.
3. Copy a \`*.scenario.ts\` and change id, title, faults and repairs. \`npx sintoma explain\` lists the causes.
4. Play it, and read what was seen. Where that contradicts the page, the reading is right: correct the page.
5. List what the page does every time. Use \`may(…)\` and \`many(…)\` only for what really varies, with the reason.

Never make a red scenario green by loosening what it expects: find out what changed first.

## Diagnose

\`npx sintoma diagnose <url>\` names the broken hop of a running system, the cause and its repair; \`--help\` lists the options.
`;
}
