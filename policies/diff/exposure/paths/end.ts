import type { Lane } from './lanes.ts';

/** One end of a way, as a reader knows it. */
export interface End {
  /** The same in two trees. */
  key: string;
  site: string;
  name: string;
  kind: 'host' | 'balancer' | 'pods' | 'world' | 'neighbours';
  role?: string;
  /** Where a host has several. */
  address?: string;
  /** How many addresses neighbours have. */
  size?: bigint;
}
/** All that one end reaches at another, through every gate between them. */
export interface Journey {
  from: End;
  to: End;
  /** The form of the front firewall that this is true for; none where no front firewall is on the way. */
  form?: string;
  lanes: Lane[];
  /** Files of the gates on the way. */
  paths: string[];
}

/** Everybody who is nobody of ours. */
export const WORLD: End = { key: 'world', site: '', name: 'the world', kind: 'world' };
