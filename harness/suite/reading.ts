/** Reads a visit that no scenario describes yet: what the page does, and how far a message comes. */
import type { Evidence } from '../browser/evidence.ts';
import { newVisitor, visit, type BrowserPool, type Visitor } from '../browser/visitor.ts';
import type { AddressRule } from '../common/address.ts';
import { within } from '../common/time.ts';
import type { Definition } from '../scenario/read.ts';
import type { Stack } from '../topology/stack.ts';
import { deliver, type DeliveryReading } from './deliver.ts';

/** What one visit gave. */
export interface VisitReading {
  evidence: Evidence;
  delivery: DeliveryReading;
  addresses: AddressRule[];
  /** The page names an icon of its own. */
  icon: boolean;
}

/** How long, in ms, a page may take to say whether it names an icon. */
const ANSWER_MS = 2000;

const hasIcon = ({ page }: Visitor): Promise<boolean> =>
  within(
    page
      .locator('link[rel~="icon"]')
      .count()
      .then((count) => count > 0),
    ANSWER_MS,
  ).catch(() => false);

/**
 * Opens an address in a fresh profile, publishes a message on every channel, and reads.
 *
 * @param holdMs for so long the page is watched before a message is published, so that what it repeats is seen
 */
export async function readVisit(
  { browsers, stack, topology }: { browsers: BrowserPool; stack: Stack; topology: Definition },
  url: string,
  holdMs = 0,
): Promise<VisitReading> {
  const addresses = await stack.addresses();
  const visitor = await newVisitor(await browsers.for(addresses));
  try {
    await visit(visitor, url);
    if (holdMs > 0) await visitor.recorder.until(() => false, holdMs);
    const icon = await hasIcon(visitor);
    let evidence = await visitor.recorder.evidence(url);
    const delivery = await deliver(topology, stack, [visitor], {
      moments: ['any'],
      expected: Object.fromEntries(Object.keys(topology.channels).map((channel) => [channel, 'live'])),
      alive: evidence.navigation.error === undefined,
      patience: { dataArrives: true },
      beforeReload: async () => {
        evidence = await visitor.recorder.evidence(url);
      },
    });
    return { evidence, delivery, addresses, icon };
  } finally {
    await visitor.context.close();
  }
}
