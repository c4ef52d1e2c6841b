import type { Account } from './api/administration.ts';

export const ROLES: Record<Account['role'], string> = {
  student: 'Élève',
  teacher: 'Enseignement',
  administrator: 'Administration',
};
const moments = new Intl.DateTimeFormat('fr', { dateStyle: 'medium', timeStyle: 'short' });
export const moment = (at: string): string => moments.format(new Date(at));

/** As the pages count what is kept. */
const GIGABYTE = 1e9;
/** How much may be kept, as people type it, in gigabytes: with a comma or a point; nothing stands for what all may. */
export function quotaOf(typed: string): number | null | undefined {
  const trimmed = typed.trim().replace(',', '.');
  if (trimmed === '') return null;
  return /^\d{1,6}(\.\d{1,3})?$/.test(trimmed) ? Math.round(Number(trimmed) * GIGABYTE) : undefined;
}
export const quotaWords = (bytes: number): string =>
  String(Number((bytes / GIGABYTE).toFixed(3))).replace('.', ',');
