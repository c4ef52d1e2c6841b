/** What a person writes and sends, kept in the browser's own database until the server has it. Names begin so; then come person and thing. */
export const DRAFTS = { text: 'fredu-text', files: 'fredu-uploads' } as const;
const UNSENT = 'fredu-unsent';

/** Notes that something is in this browser only, or no longer. Where the browser keeps nothing there is nothing to note. */
export function markUnsent(name: string, isUnsent: boolean): void {
  try {
    if (isUnsent) localStorage.setItem(`${UNSENT}:${name}`, '1');
    else localStorage.removeItem(`${UNSENT}:${name}`);
  } catch {
    // no place
  }
}

/** Whether something whose name begins so is in this browser only. */
export function isUnsent(name = ''): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(`${UNSENT}:${name}`));
  } catch {
    return false;
  }
}

/** Forgets all that was being written and sent, as somebody who signs out wants it. */
export async function forgetDrafts(): Promise<void> {
  for (const key of Object.keys(localStorage)) if (key.startsWith(UNSENT)) localStorage.removeItem(key);
  const databases = (await globalThis.indexedDB?.databases?.()) ?? [];
  for (const { name = '' } of databases)
    if (Object.values(DRAFTS).some((begin) => name.startsWith(begin))) indexedDB.deleteDatabase(name);
}
