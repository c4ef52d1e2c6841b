const MARK = 'fredu-uploads';

/** Says whether files of an earlier window may wait in this browser, so that pages which send nothing need not look. */
export function hasKept(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    // The browser keeps nothing for us.
    return false;
  }
}
export function markKept(isKept: boolean): void {
  if (isKept) localStorage.setItem(MARK, '1');
  else localStorage.removeItem(MARK);
}
