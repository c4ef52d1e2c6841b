/** Whether the queue of files is shown around the pages: from the first file on. Apart, so that readers load nothing of it. */
let isOpen = false;
const listeners = new Set<() => void>();

export function openDock(): void {
  isOpen = true;
  for (const listener of listeners) listener();
}
export const isDockOpen = (): boolean => isOpen;
export function onDock(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
