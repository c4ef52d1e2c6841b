import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { answerOf, api } from '#web/api.ts';

/** Where I go on, and what is new for me; nothing is asked for a visitor. */
export const useHome = (personId: string | undefined) =>
  useQuery({
    queryKey: ['home', personId],
    queryFn: ({ signal }) => answerOf(api.GET('/courses/home', { signal })),
    enabled: personId !== undefined,
    // One comes back from a course: it is where one was there.
    staleTime: 0,
  });

/** Seconds of a recording after which its place is kept again. */
const KEPT_EACH = 15;

/** The name of the file that a video or audio element plays. */
const fileOf = ({ currentSrc }: HTMLMediaElement): string =>
  decodeURIComponent(new URL(currentSrc).pathname.split('/').at(-1)!);

/**
 * Keeps where somebody is in a course that they follow: in that section, and at which second of its recordings, which play in `element`. What
 * does not arrive is kept the next time.
 */
export function useKeptPlace(
  { courseId, sectionId, isFollowed }: { courseId: string; sectionId: string; isFollowed: boolean },
  element: { current: HTMLElement | null },
): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!isFollowed) return;
    const keep = (at: { file: string; seconds: number } | undefined) =>
      void answerOf(
        api.PUT('/courses/{id}/place', {
          params: { path: { id: courseId } },
          body: { sectionId, ...at },
        }),
      )
        .then(() => queries.invalidateQueries({ queryKey: ['home'] }))
        .catch(() => undefined);
    const asked = new URLSearchParams(location.search);
    const [file, seconds] = [asked.get('film'), Number(asked.get('a'))];
    // Who comes back to a second is there until they play on.
    keep(file && Number.isSafeInteger(seconds) && seconds > 0 ? { file, seconds } : undefined);
    let last: { file: string; seconds: number } | undefined;
    const played = ({ target, type }: Event) => {
      if (!(target instanceof HTMLMediaElement) || !target.currentSrc) return;
      const now = { file: fileOf(target), seconds: Math.floor(target.currentTime) };
      const isFar = last?.file !== now.file || Math.abs(now.seconds - last.seconds) >= KEPT_EACH;
      if (now.seconds === 0 || (type !== 'pause' && !isFar)) return;
      last = now;
      keep(now);
    };
    const around = element.current;
    // What these events say of a part is not heard around it, but on the way there.
    for (const type of ['timeupdate', 'pause']) around?.addEventListener(type, played, { capture: true });
    return () => {
      for (const type of ['timeupdate', 'pause'])
        around?.removeEventListener(type, played, { capture: true });
    };
  }, [courseId, sectionId, isFollowed, element, queries]);
}

/** The address of a place: of a section, and a second of one of its recordings. */
export function addressOf(
  courseId: string,
  { section, file, seconds }: { section: { id: string }; file: string | null; seconds: number },
): string {
  const path = `/cours/${courseId}/${section.id}`;
  return file !== null && seconds > 0
    ? `${path}?${new URLSearchParams({ film: file, a: String(seconds) })}`
    : path;
}

/** Goes to the second that the address names, once the text with its recording is there. */
export function useSecondOfAddress(isThere: boolean, element: { current: HTMLElement | null }): void {
  useEffect(() => {
    const asked = new URLSearchParams(location.search);
    const [file, seconds] = [asked.get('film'), Number(asked.get('a'))];
    if (!isThere || !file || !(seconds > 0)) return;
    const recordings = element.current?.querySelectorAll<HTMLMediaElement>('video, audio') ?? [];
    const recording = [...recordings].find((each) => {
      const source = each.src || each.querySelector('source')?.src;
      return source && decodeURIComponent(new URL(source).pathname).endsWith(`/${file}`);
    });
    if (!recording) return;
    recording.currentTime = seconds;
    recording.scrollIntoView({ block: 'center' });
  }, [isThere, element]);
}
