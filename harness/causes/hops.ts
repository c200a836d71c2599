/** A place on the way of a message, in the order in which a message passes them. */
export const HOPS = ['page', 'dns', 'edge', 'proxy', 'backend', 'policy', 'publisher', 'broker'] as const;

/** One of {@link HOPS}. */
export type Hop = (typeof HOPS)[number];
