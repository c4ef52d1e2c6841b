const KEY = 'return';
const HOURS = 24;
/** Pages that letters lead to and that need an account. Nothing else is kept, so that nobody is led elsewhere. */
const PAGES = /^\/(invitation|ecrire-un-cours)#[\w-]{43}$/;

/** Keeps in this browser where somebody goes once a letter has made an account or a new password: it may open another tab. */
export function rememberReturn(from: string | undefined): void {
  if (!from || !PAGES.test(from)) return;
  localStorage.setItem(KEY, JSON.stringify({ from, until: Date.now() + HOURS * 3_600_000 }));
}

/** Where that is, once: the page that asked to sign in, an invitation that waits, or the first page. */
export function takeReturn(asked?: string): string {
  const kept = localStorage.getItem(KEY);
  localStorage.removeItem(KEY);
  return asked ?? pathIn(kept) ?? '/';
}

function pathIn(kept: string | null): string | undefined {
  try {
    const { from, until } = JSON.parse(kept ?? '') as { from: string; until: number };
    return until > Date.now() && PAGES.test(from) ? from : undefined;
  } catch {
    return undefined;
  }
}
