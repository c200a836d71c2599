/**
 * What the evidence masks: real URLs, subprotocols and cookies. Probes send them only to the host and port to which the
 * page itself sent them.
 */
export interface Secrets {
  /** The real URL of a masked one. */
  reveal(url: string): string;
  /** The subprotocols to offer in place of these, of which some may be masked. */
  protocols(url: string, wanted: readonly string[]): string[];
  /** The Cookie header that the browser would send, if any. */
  cookies(url: string): string | undefined;
}

/** Nothing to reveal. */
export const NO_SECRETS: Secrets = {
  reveal: (url) => url,
  protocols: (_url, wanted) => wanted.filter((entry) => !entry.includes('‹')),
  cookies: () => undefined,
};
