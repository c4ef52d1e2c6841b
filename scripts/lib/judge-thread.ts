import { parentPort, workerData } from 'node:worker_threads';
import { load } from '#sites/load/load.ts';
import { judged } from '../check.ts';

/** A thread of its own: two trees are judged at once, each on a processor. */
export interface ToJudge {
  /** Folder of the site files that the tree was made from. */
  sites: string;
  tree: ReadonlyMap<string, string>;
}
/** What a law said of a tree; nothing where the site files are refused today. */
export type Said = { code: string; message: string }[] | undefined;

const { sites, tree } = workerData as ToJudge;
const { model } = load(sites);
parentPort!.postMessage(
  model && judged(model, tree).problems.map(({ code, message }) => ({ code, message })),
);
