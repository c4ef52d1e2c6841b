import type { Tree } from '../../law.ts';

/** Both trees: what a change does depends on what stands around it. */
export interface Trees {
  before: Tree;
  after: Tree;
}
