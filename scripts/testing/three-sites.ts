import { join } from 'node:path';
import { load } from '#sites/load/load.ts';
import type { Model } from '#sites/model.ts';

/** The folder of the reference platform: a room with edges, an OpenStack and an arbiter, with every capability in use. */
export const THREE_SITES = join(import.meta.dirname, '../../sites/examples/three-sites');

/**
 * The reference platform of the tests: whatever a user writes into `sites/`, they go on meaning this one.
 * A fresh model at each call, so that a test may change what it got.
 */
export const threeSites = (): Model => load(THREE_SITES).model!;
