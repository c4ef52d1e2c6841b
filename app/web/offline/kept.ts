import type { QueryClient } from '@tanstack/react-query';
import type { CourseOutline } from '#shared/schemas/course.ts';
import { KEPT, PERSONAL, READ } from './caches.ts';

/** Whose reading this browser keeps. */
const OWNER = 'fredu.kept-for';
const hasCaches = (): boolean => 'caches' in globalThis;

/** Forgets what was kept for somebody else than who is signed in now; a visitor has no id. */
export async function keepOnlyFor(id: string | undefined): Promise<void> {
  const owner = localStorage.getItem(OWNER);
  if (owner === (id ?? null)) return;
  // What a visitor read everybody may read.
  if (owner !== null) await forgetAll();
  if (id) localStorage.setItem(OWNER, id);
}

/** Forgets all that is a person's: the courses that they read and kept. */
export async function forgetAll(): Promise<void> {
  localStorage.removeItem(OWNER);
  if (hasCaches()) await Promise.all(PERSONAL.map((name) => caches.delete(name)));
}

/** Puts what came with the page where an answer of the API would stand: it is not asked for, and is wanted without a network too. */
export async function keepDrawn(queries: QueryClient): Promise<void> {
  if (!hasCaches()) return;
  const cache = await caches.open(READ);
  for (const { queryKey, state } of queries.getQueryCache().getAll()) {
    const [what, id, part, section] = queryKey;
    if (what !== 'course' || state.data === undefined) continue;
    if (part === 'outline') await cache.put(outlineAddress(String(id)), Response.json(state.data));
    if (part === 'section')
      await cache.put(sectionAddress(String(id), String(section)), Response.json(state.data));
  }
}

const outlineAddress = (id: string): string => `/api/v1/courses/${id}/outline`;
const sectionAddress = (id: string, section: string): string => `/api/v1/courses/${id}/sections/${section}`;
const fileAddress = (id: string): string => `/api/v1/files/${id}`;

type Kept = Pick<CourseOutline, 'id' | 'sections' | 'files'>;
const addressesOf = ({ id, sections, files }: Kept): string[] => [
  ...sections.map((section) => sectionAddress(id, section.id)),
  ...files.map((file) => fileAddress(file.id)),
  // Last: where it stands, all the rest does.
  outlineAddress(id),
];

/** Whether a course is kept on this device: all of it, or all but what its authors have added since. */
export async function stateOf(course: Kept): Promise<'none' | 'part' | 'whole'> {
  if (!hasCaches()) return 'none';
  const cache = await caches.open(KEPT);
  if (!(await cache.match(outlineAddress(course.id)))) return 'none';
  const found = await Promise.all(addressesOf(course).map((address) => cache.match(address)));
  return found.every(Boolean) ? 'whole' : 'part';
}

/**
 * Keeps a course on this device: its texts and files.
 * @param onStep told after each part, with the share of the whole that is there
 * @throws Error in the reader's words, when the device has no room or a part does not come; what came before stays for the next try
 */
export async function keepCourse(course: Kept, onStep: (share: number) => void): Promise<void> {
  const wanted = course.files.reduce((sum, { size }) => sum + size, 0);
  const { quota, usage } = await navigator.storage.estimate();
  if (quota !== undefined && usage !== undefined && wanted > quota - usage)
    throw new Error('Il n’y a pas assez de place sur cet appareil.');
  // Without it a browser may empty its caches when the device is full.
  void navigator.storage.persist();
  const cache = await caches.open(KEPT);
  const addresses = addressesOf(course);
  for (const [index, address] of addresses.entries()) {
    if (address === outlineAddress(course.id) || !(await cache.match(address))) {
      const answer = await fetch(address, { headers: { accept: '*/*' } }).catch(() => undefined);
      if (!answer?.ok)
        throw new Error('Le cours n’est pas arrivé en entier. Réessayez : ce qui est là est gardé.');
      await cache.put(address, answer);
    }
    onStep((index + 1) / addresses.length);
  }
}

/** Gives the room of a course back. */
export async function forgetCourse(course: Kept): Promise<void> {
  const cache = await caches.open(KEPT);
  await Promise.all(addressesOf(course).map((address) => cache.delete(address)));
}
