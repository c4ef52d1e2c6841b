import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '#web/api.ts';

/** Something that changes what a course is to me: the course and my lists are read again. */
function useDeed<Given>(courseId: string, deed: (given: Given) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSuccess: async () => {
      void queries.invalidateQueries({ queryKey: ['my-courses'] });
      await queries.invalidateQueries({ queryKey: ['course', courseId] });
    },
  });
}

const path = (id: string) => ({ params: { path: { id } } });
export const useEnrol = (id: string) =>
  useDeed(id, () => answerOf(api.PUT('/courses/{id}/enrolment', path(id))));
export const useLeave = (id: string) =>
  useDeed(id, () => answerOf(api.DELETE('/courses/{id}/enrolment', path(id))));
export const useProgress = (id: string) =>
  useDeed(id, ({ sectionId, done }: { sectionId: string; done: boolean }) =>
    answerOf(
      api.PUT('/courses/{id}/sections/{sectionId}/progress', {
        params: { path: { id, sectionId } },
        body: { done },
      }),
    ),
  );
export const useRate = (id: string) =>
  useDeed(id, (score: number) => answerOf(api.PUT('/courses/{id}/rating', { ...path(id), body: { score } })));
export const useUnrate = (id: string) =>
  useDeed(id, () => answerOf(api.DELETE('/courses/{id}/rating', path(id))));
