import { filesOff } from './problems.ts';
import type { FileStore } from './store.ts';

/** No files at all, for a platform that has no object store: its pods share no disk, so a folder would lose them. */
export const noStore: FileStore = {
  async put() {
    throw filesOff({});
  },
  async get() {
    return undefined;
  },
  async size() {
    return undefined;
  },
  async remove() {},
  async *list() {},
  async close() {},
};
