/** Pages of the site itself, by the last part of their address. */
export const SITE_PAGES = {
  'mentions-legales': 'Mentions légales',
  confidentialite: 'Confidentialité',
  conditions: 'Conditions d’utilisation',
  accessibilite: 'Accessibilité',
} as const;
export type SitePageName = keyof typeof SITE_PAGES;
export const SITE_PAGE_NAMES = Object.keys(SITE_PAGES) as SitePageName[];
