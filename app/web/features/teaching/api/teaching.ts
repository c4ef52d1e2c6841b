import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Course, CourseChange, Invitation, NewCourse } from '#shared/schemas/course.ts';
import { answerOf, api, from } from '#web/api.ts';

const path = (id: string) => ({ path: { id } });

/** Begins a draft; gives the course. */
export function useNewCourse() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewCourse) => answerOf(api.POST('/courses', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['my-courses'] }),
  });
}

/** Something that authors change of a course; the lists that show it are read again. */
function useDeed<Given, Answer>(id: string, deed: (given: Given) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSettled: async () => {
      for (const list of ['my-courses', 'courses', 'invitations', 'revisions'])
        void queries.invalidateQueries({ queryKey: [list] });
      await queries.invalidateQueries({ queryKey: ['course', id] });
    },
  });
}

export const useChangeCourse = (id: string) =>
  useDeed(id, ({ version, ...body }: CourseChange & { version: number }) =>
    answerOf(api.PATCH('/courses/{id}', { params: { ...path(id), header: from(version) }, body })),
  );
export const useChangeState = (id: string) =>
  useDeed(id, ({ state, version }: { state: Course['state']; version: number }) =>
    answerOf(
      api.PUT('/courses/{id}/state', { params: { ...path(id), header: from(version) }, body: { state } }),
    ),
  );
export const useInviteAuthor = (id: string) =>
  useDeed(id, (email: string) =>
    answerOf(api.POST('/courses/{id}/authors', { params: path(id), body: { email } })),
  );
export const useRemoveAuthor = (id: string) =>
  useDeed(id, (personId: string) =>
    answerOf(api.DELETE('/courses/{id}/authors/{personId}', { params: { path: { id, personId } } })),
  );

/** How a course of mine is followed. */
export const useStatistics = (id: string) =>
  useQuery({
    queryKey: ['course', id, 'statistics'],
    queryFn: ({ signal }) => answerOf(api.GET('/courses/{id}/statistics', { params: path(id), signal })),
  });

/** The invitations of one kind that can still be accepted, page after page. */
export const useInvitations = (id: string, kind: Invitation['kind']) =>
  useInfiniteQuery({
    queryKey: ['invitations', id, kind],
    queryFn: ({ pageParam: cursor, signal }) =>
      answerOf(
        api.GET('/courses/{id}/invitations', {
          params: { ...path(id), query: { kind, open: true, limit: 50, cursor } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
export const useInvite = (id: string) =>
  useDeed(id, (body: { emails?: string[]; days: number }) =>
    answerOf(api.POST('/courses/{id}/invitations', { params: path(id), body })),
  );
export const useRevoke = (id: string) =>
  useDeed(id, (invitationId: string) =>
    answerOf(
      api.DELETE('/courses/{id}/invitations/{invitationId}', { params: { path: { id, invitationId } } }),
    ),
  );

export const useRevisions = (id: string) =>
  useQuery({
    queryKey: ['revisions', id],
    queryFn: ({ signal }) => answerOf(api.GET('/courses/{id}/revisions', { params: path(id), signal })),
  });
export const useRevision = (id: string, version: number) =>
  useQuery({
    queryKey: ['revision', id, version],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/courses/{id}/revisions/{version}', { params: { path: { id, version } }, signal })),
  });
export const useRestore = (id: string) =>
  useDeed(id, ({ version, present }: { version: number; present: number }) =>
    answerOf(
      api.POST('/courses/{id}/revisions/{version}/restoration', {
        params: { path: { id, version }, header: from(present) },
      }),
    ),
  );
