/* How long is waited for servers of NATS, in milliseconds, and what they count in. */

/** They count in nanoseconds. */
export const nsPerMs = 1_000_000;
/** For an answer. */
export const requestMs = 5000;
/** Before something is asked again that they could not answer. */
export const restMs = 250;
