import type { Rules } from '../rule.ts';
import { ceph } from './ceph.ts';
import { cockroachdb } from './cockroachdb.ts';
import { dataPath } from './data-path.ts';
import { edge } from './edge.ts';
import { education } from './education.ts';
import { kubernetes } from './kubernetes.ts';
import { node } from './node.ts';
import { observers } from './observers.ts';
import { platform } from './platform.ts';

/** Every component that is watched; one file a component. */
export const RULES: Rules[] = [
  platform,
  cockroachdb,
  edge,
  node,
  kubernetes,
  dataPath,
  education,
  ceph,
  observers,
];
