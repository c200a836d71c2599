/** What a diagnosis starts from. */
import type { Evidence } from '../browser/evidence.ts';
import type { Reading } from './readings.ts';

/** How far a message got that was published for the diagnosis. */
export type Outcome = 'live' | 'polling' | 'partial' | 'after-reload' | 'never';

/** What happened to a published message, as seen from outside. */
export interface DeliveryObservation {
  channels: Record<
    string,
    {
      outcome: Outcome;
      /** The publisher said that it was published. */
      published: boolean;
      /** HTTP status of the publishing request, or exit status of the publishing command when it is not 0. */
      publisherStatus?: number;
      /** The beginning of what the publisher answered. */
      publisherText?: string;
      /** The message was in a frame that the browser received. */
      frameSeen?: boolean;
      /** The name of the event in that frame, when the protocol has one. */
      frame?: string;
      /** How many of the clients received it. */
      received?: number;
      clients?: number;
      /** Of the connections of one page that are alike, how many received it, where that is not all or none. */
      connections?: { open: number; received: number };
      /** Of the messages published one after the other, how many reached any client, where that is not all or none. */
      messages?: { published: number; received: number };
      /** The first frames that the clients received: servers often identify themselves in them. */
      greetings?: string[];
    }
  >;
  api?: 'loaded' | 'missing';
}

/** A host and port that resolver rules name. The probes know where they really lead. */
export interface KnownAddress {
  host: string;
  port: number;
}

/** Everything that is known when causes are examined. */
export interface Known {
  evidence: Evidence;
  /** The evidence of a second visit in the same browser, when the page installed a service worker or keeps a cache. */
  revisit?: Evidence;
  readings: readonly Reading[];
  addresses: readonly KnownAddress[];
  delivery?: DeliveryObservation;
  /** For how long a connection that works was watched, in ms, where the user asked for more than usual. */
  watchMs?: number;
  /** No further question can be asked: it counts as one that could not be answered. */
  closed?: boolean;
  /** Keys of questions that could not be answered. */
  unanswerable?: ReadonlySet<string>;
}
