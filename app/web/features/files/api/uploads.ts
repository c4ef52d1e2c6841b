import { keptInBrowser } from './kept-files.ts';
import { UploadQueue } from './queue.ts';
import { sendFile } from './upload.ts';

/** Without locks – on a line that anybody may read – a file is sent by the window that was given it. */
const locks = () => (navigator as { locks?: LockManager }).locks;

/** The queue of this window. */
export const uploads = new UploadQueue({
  send: sendFile,
  keeper: keptInBrowser,
  clock: () => performance.now(),
  isOnline: () => navigator.onLine,
  alone: (id, work) =>
    locks()?.request(`fredu-upload-${id}`, { ifAvailable: true }, (lock) => (lock ? work() : undefined)) ??
    work(),
  // Not `randomUUID`, which browsers keep for lines that nobody else can read.
  newId: () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(36)).join('-'),
});

addEventListener('online', () => uploads.lineChanged());
addEventListener('offline', () => uploads.lineChanged());
addEventListener('beforeunload', (event) => {
  if (uploads.wouldLose) event.preventDefault();
});
