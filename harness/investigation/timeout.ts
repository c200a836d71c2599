/** How long a diagnosis takes at most. */

/**
 * The upper bound of a diagnosis where the user names none, in ms: time for watching what works and, where it ends, for
 * holding other connections open as long.
 *
 * @param watchMs how long a connection that works is watched, where the user asks for more than usual
 */
export const timeoutFor = (watchMs = 0): number => 45_000 + 2.5 * watchMs;
