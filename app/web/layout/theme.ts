/** Where it stands what the reader has chosen; nothing for what their system says. */
const CHOSEN = 'fredu.theme';
export const THEMES = { system: 'comme mon appareil', light: 'clair', dark: 'sombre' } as const;
export type Theme = keyof typeof THEMES;

/** How this browser shows the pages. */
export function theme(): Theme {
  const chosen = localStorage.getItem(CHOSEN);
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

/** Shows the pages as they were chosen to be. */
export function wear(chosen: Theme = theme()): void {
  if (chosen === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset.theme = chosen;
}

/** From now on, in this browser. */
export function chooseTheme(chosen: Theme): void {
  if (chosen === 'system') localStorage.removeItem(CHOSEN);
  else localStorage.setItem(CHOSEN, chosen);
  wear(chosen);
}
