/** Diagnoses a live system from its page's address alone. */
import type { BrowserContextOptions } from '@playwright/test';
import type { AddressRule } from '../common/address.ts';
import { defined } from '../common/defined.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { visit } from '../visit/visit.ts';
import { BUDGET, investigate } from './investigate.ts';

export interface SiteOptions {
  /** Where hosts and ports really lead, as curl's --resolve; all others resolve as on this machine. */
  resolve?: readonly AddressRule[];
  /** WebSockets to open besides those of the page: ws:// or wss:// URLs. */
  sockets?: readonly string[];
  /** State of a signed-in browser, as Playwright saves it. */
  storage?: Exclude<BrowserContextOptions['storageState'], string | undefined>;
  /** A shell command that publishes a message, with the text in $SINTOMA_NONCE. */
  publish?: string;
  /** For the whole diagnosis; default 45,000. */
  timeoutMs?: number;
  /** Called with each step, for a person. */
  onProgress?: (text: string) => void;
}

/** The share of the time that the visit may take; the rest is for the probes. */
const VISIT_SHARE = 0.65;

/**
 * Opens a page as a visitor does, and probes each hop behind it until the cause is clear. It changes nothing on the
 * target.
 *
 * @param url of the page, http or https
 * @throws UserError when no browser can be started
 */
export async function diagnoseSite(url: string, options: SiteOptions = {}): Promise<Diagnosis> {
  const { resolve = [], sockets = [], storage, publish, timeoutMs = 45_000, onProgress = () => undefined } = options;
  const deadline = Date.now() + timeoutMs;
  onProgress(`visiting ${url}`);
  const { evidence, revisit, delivery, secrets } = await visit({
    url,
    rules: resolve,
    sockets,
    timeoutMs: timeoutMs * VISIT_SHARE,
    onProgress,
    ...defined({ storage, publish }),
  });
  const { diagnosis } = await investigate({
    evidence,
    addresses: resolve,
    hermetic: false,
    secrets,
    budget: { ...BUDGET, ms: Math.max(1000, Math.min(BUDGET.ms, deadline - Date.now())) },
    onProgress: ({ question, answer }) => {
      if (answer !== undefined) onProgress(`${question} ${answer}`);
    },
    ...defined({ revisit, delivery }),
  });
  return diagnosis;
}
