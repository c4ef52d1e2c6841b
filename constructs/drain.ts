/**
 * How soon every balancer of ours (HAProxy, Octavia) notices that a target no longer takes traffic. Whatever stops behind
 * one must go on serving for at least `noticedSeconds` after it began to fail its check, or clients meet a closed port.
 */
export const BALANCER_CHECK = {
  /** One question every so often; Octavia calls it delay. */
  intervalSeconds: 2,
  /** An answer later than this is none. Not above the interval: Octavia refuses it. */
  timeoutSeconds: 2,
  /** Failures in a row before a target is left out. */
  fall: 3,
  /** Answers in a row before it is back. */
  rise: 2,
} as const;

/** From the first failed check to the last new connection, at the latest. */
export const noticedSeconds =
  BALANCER_CHECK.intervalSeconds * BALANCER_CHECK.fall + BALANCER_CHECK.timeoutSeconds;
