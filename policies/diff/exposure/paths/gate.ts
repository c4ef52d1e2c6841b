import type { Rule } from '../reach.ts';

/** A rule of a gate; the first one that is about a packet decides, and what none lets pass is refused. */
export interface Step {
  pass: boolean;
  /** At the gate of a host `to` is the host itself and `from` whoever is at the other end, also of what the host starts. */
  rule: Rule;
}
/** A place on the way that lets some through: a chain of nftables, the security groups of a port, a pfSense. */
export interface Gate {
  path: string;
  /** What a reader calls it. */
  name: string;
  steps: readonly Step[];
}
/** A form that a front firewall takes, with what it lets through and which addresses it translates. */
export interface Front {
  /** `pfSense`, `firewall1`. */
  name: string;
  gate: Gate;
  /** What it takes itself; none where its own rules are not known. */
  own?: Gate;
  /** Outer addresses by inner ones. */
  outer: ReadonlyMap<string, string>;
}
