import type { Rule } from './reach.ts';

/** A place that lets some through and refuses the rest: a security group, a chain, the pods of an app, a listener. */
export interface Point {
  place: string;
  /** Unique in its place: `security group worker`, `sxb-edge1 nftables input`. */
  name: string;
  /** Of a security group its local name in the stack. */
  group?: string;
  /** The host or the pods whose place it is, which may come and go; the name begins with it. */
  of?: string;
  /** `in`: who reaches it; `out`: whom it reaches; `through`: what it lets pass. */
  direction: 'in' | 'out' | 'through';
  rules: Rule[];
  path: string;
}
