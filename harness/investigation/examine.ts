/** What a diagnosis of a live system does, in the thread in which it is called: see site.ts for its bounds. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { BrowserContextOptions } from '@playwright/test';
import type { AddressRule } from '../common/address.ts';
import { defined } from '../common/defined.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { inconclusive } from '../diagnosis/inconclusive.ts';
import { visit } from '../visit/visit.ts';
import { maskUrl } from '../common/mask.ts';
import { within } from '../common/time.ts';
import { parseAddress } from '../diagnosis/urls.ts';
import { BUDGET, investigate } from './investigate.ts';
import { scopeOf } from './scope.ts';
import { timeoutFor } from './timeout.ts';

export interface ExamineOptions {
  /** Where hosts and ports really lead, as curl's --resolve; all others resolve as on this machine. */
  resolve?: readonly AddressRule[];
  /** WebSockets to open besides those of the page: ws:// or wss:// URLs. */
  sockets?: readonly string[];
  /** Hosts at inner addresses that may be asked although the page is not there. */
  internal?: readonly string[];
  /** The user's own browser, by the address of its DevTools protocol: http:// or ws://. By default one is started. */
  attach?: string;
  /** State of a signed-in browser, as Playwright saves it. */
  storage?: Exclude<BrowserContextOptions['storageState'], string | undefined>;
  /** A shell command that publishes a message, with the text in $SINTOMA_NONCE. */
  publish?: string;
  /** What to click once the page is open: a selector of Playwright. */
  click?: string;
  /** What must be visible then, before the page is judged: a selector of Playwright. */
  waitFor?: string;
  /** How long a connection that works is watched in case it ends, in ms; default 6,500. */
  watchMs?: number;
  /** For the whole diagnosis, in ms; default 45,000, and more with `watchMs`. */
  timeoutMs?: number;
  /** Called with each step, for a person. */
  onProgress?: (text: string) => void;
}

/** The share of the time that the visit may take; the rest is for the probes. */
const VISIT_SHARE = 0.65;

/**
 * Visits a page and investigates it.
 *
 * @param url of the page, http or https
 * @param onTab told of each tab in the user's own browser, by its id in the DevTools protocol
 * @throws UserError when no browser can be started or none answers
 */
export async function examineSite(
  url: string,
  options: ExamineOptions,
  onTab: (id: string) => void = () => undefined,
): Promise<Diagnosis> {
  const { resolve = [], sockets = [], internal = [], attach, storage, publish, click, waitFor } = options;
  const { watchMs, timeoutMs = timeoutFor(watchMs), onProgress = () => undefined } = options;
  const deadline = Date.now() + timeoutMs;
  onProgress(`visiting ${maskUrl(url)}`);
  const { evidence, revisit, delivery, absent, secrets } = await visit({
    url,
    rules: resolve,
    sockets,
    timeoutMs: timeoutMs * VISIT_SHARE,
    onProgress,
    ...defined({
      attach: attach === undefined ? undefined : { endpoint: attach, onTab },
      storage,
      click,
      waitFor,
      publish,
      watchMs,
    }),
  });
  const { masker } = secrets;
  const { diagnosis } = await investigate({
    evidence,
    addresses: resolve,
    hermetic: false,
    secrets,
    masker,
    scope: scopeOf({
      visited: url,
      evidence,
      rules: resolve,
      named: [...internal, ...sockets.flatMap((socket) => parseAddress(socket)?.host ?? [])],
      pageAddress: await addressOfPage(url, resolve),
    }),
    budget: { ...BUDGET, ms: Math.max(0, Math.min(BUDGET.ms + 1.3 * (watchMs ?? 0), deadline - Date.now())) },
    onProgress: ({ question, answer }) => {
      if (answer !== undefined) onProgress(masker.text(`${question} ${answer}`));
    },
    ...defined({ revisit, delivery, watchMs }),
  });
  // Its sentences quote readings that are masked already. This is for what is put together of them.
  return masker.data(absent === undefined ? diagnosis : withAbsent(diagnosis, absent));
}

/** A page that does not show what the user says it does is not healthy, although nothing else may be wrong. */
function withAbsent(diagnosis: Diagnosis, absent: string): Diagnosis {
  const text = `the page shows nothing that matches ${absent}`;
  const { verdict, because, probes, seen } = diagnosis;
  return verdict === 'healthy'
    ? { ...inconclusive([text, 'nothing else failed, so the selector may be wrong', ...because]), probes, seen: [text] }
    : { ...diagnosis, seen: [...seen, text] };
}

/** Where the page's own host leads, if anywhere. */
export async function addressOfPage(url: string, rules: readonly AddressRule[]): Promise<string | undefined> {
  const address = parseAddress(url);
  if (!address) return undefined;
  const rule = rules.find(({ host, port }) => host === address.host && port === address.port);
  if (rule) return rule.to === 'no-record' ? undefined : rule.to.address;
  if (isIP(address.host) !== 0) return address.host;
  if (address.host === 'localhost' || address.host.endsWith('.localhost')) return '127.0.0.1';
  return within(lookup(address.host), 2000).then(
    (found) => found.address,
    () => undefined,
  );
}
