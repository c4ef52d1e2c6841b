import { DRAFTS, markUnsent } from '#web/offline/drafts.ts';

/** The file of a course whose place another one takes. */
export interface Replaced {
  id: string;
  name: string;
}

/** A file that is on its way, kept in the browser so that a closed tab loses nothing. */
export interface KeptFile {
  id: string;
  personId: string;
  course: { id: string; title: string };
  name: string;
  size: number;
  replaces?: Replaced | undefined;
  /** Its bytes, where they are few enough to be kept; others are chosen again, and go on where they were. */
  file?: File | undefined;
}

/** Where files on their way are kept. What cannot be kept – no room, a private window – is sent all the same. */
export interface FileKeeper {
  /** Whether the bytes are safe. */
  keep(file: KeptFile): Promise<boolean>;
  forget(id: string): Promise<void>;
  all(): Promise<KeptFile[]>;
}

/** A file up to this many bytes is kept whole: the browser writes it to the disk a second time. */
const WHOLE_BYTES_MAX = 256 * 2 ** 20;
const STORE = 'files';
/** In the browser's own database, which signing out empties. */
export const keptInBrowser: FileKeeper = {
  async keep(kept) {
    const isWhole = kept.size <= WHOLE_BYTES_MAX;
    const put = (row: KeptFile) => inStore('readwrite', (store) => store.put(row));
    try {
      markUnsent(DRAFTS.files, true);
      if (!isWhole) throw new RangeError('too large');
      await put(kept);
      return true;
    } catch {
      await put({ ...kept, file: undefined }).catch(() => undefined);
      return false;
    }
  },
  async forget(id) {
    await inStore('readwrite', (store) => store.delete(id)).catch(() => undefined);
    const left = await inStore('readonly', (store) => store.count()).catch(() => 0);
    if (left === 0) markUnsent(DRAFTS.files, false);
  },
  all: () => inStore<KeptFile[]>('readonly', (store) => store.getAll()).catch(() => []),
};

async function inStore<Found>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<Found>,
): Promise<Found> {
  const opening = indexedDB.open(DRAFTS.files, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'id' });
  const database = await settled(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const found = await settled(ask(transaction.objectStore(STORE)));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    return found;
  } finally {
    database.close();
  }
}

const settled = <Found>(request: IDBRequest<Found>): Promise<Found> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
