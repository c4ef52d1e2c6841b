import { problemKind } from '#shared/problem.ts';

export const courseUnknown = problemKind<{ id: string }>('course-unknown', 404, {
  fr: {
    title: 'Cours introuvable',
    detail: ({ id }) =>
      `Aucun cours que vous puissiez voir n’a l’identifiant ${id}. Il a peut-être été retiré.`,
  },
  en: {
    title: 'Course not found',
    detail: ({ id }) => `No course that you may see has the id ${id}. It may have been withdrawn.`,
  },
});

export const stateForbids = problemKind<{ from: string; to: string }>('course-state-forbids', 409, {
  fr: {
    title: 'Changement impossible',
    detail: ({ from, to }) => `Un cours à l’état « ${from} » ne peut pas passer à « ${to} ».`,
  },
  en: {
    title: 'Not from this state',
    detail: ({ from, to }) => `A course that is ${from} cannot become ${to}.`,
  },
});

export const courseEmpty = problemKind('course-empty', 409, {
  fr: {
    title: 'Cours sans contenu',
    detail: () => 'Un cours publié a au moins une section : ajoutez-en une, ou retirez le cours.',
  },
  en: {
    title: 'Course without content',
    detail: () => 'A published course has at least one section: add one, or withdraw the course.',
  },
});

export const sectionUnknown = problemKind('section-unknown', 404, {
  fr: { title: 'Section introuvable', detail: () => 'Ce cours n’a pas cette section ; rechargez-le.' },
  en: { title: 'Section not found', detail: () => 'This course has no such section; load it again.' },
});

export const notEnrolled = problemKind('not-enrolled', 409, {
  fr: { title: 'Inscription nécessaire', detail: () => 'Inscrivez-vous d’abord à ce cours.' },
  en: { title: 'Please enrol first', detail: () => 'Enrol in this course first.' },
});

export const ownCourse = problemKind('own-course', 409, {
  fr: { title: 'C’est votre cours', detail: () => 'On ne s’inscrit pas à un cours dont on est l’auteur.' },
  en: { title: 'This is your course', detail: () => 'One does not enrol in a course of one’s own.' },
});

export const revisionUnknown = problemKind<{ version: number }>('revision-unknown', 404, {
  fr: { title: 'Version introuvable', detail: ({ version }) => `Ce cours n’a pas de version ${version}.` },
  en: { title: 'Version not found', detail: ({ version }) => `This course has no version ${version}.` },
});

export const lastAuthor = problemKind('last-author', 409, {
  fr: { title: 'Dernier auteur', detail: () => 'Un cours garde toujours au moins un auteur.' },
  en: { title: 'Last author', detail: () => 'A course always keeps at least one author.' },
});

export const invitationGone = problemKind('invitation-gone', 410, {
  fr: {
    title: 'Invitation expirée',
    detail: () =>
      'Cette invitation a déjà servi, a été retirée ou n’est plus valable ; demandez-en une autre.',
  },
  en: {
    title: 'Invitation expired',
    detail: () => 'This invitation was used, withdrawn or is no longer good; ask for another one.',
  },
});

export const courseNotOpen = problemKind('course-not-open', 409, {
  fr: {
    title: 'Cours pas encore ouvert',
    detail: () => 'Cette invitation est bonne, mais le cours n’est pas publié ; réessayez plus tard.',
  },
  en: {
    title: 'Course not open yet',
    detail: () => 'This invitation is good, but the course is not published; try again later.',
  },
});

export const invitationUnknown = problemKind('invitation-unknown', 404, {
  fr: { title: 'Invitation introuvable', detail: () => 'Ce cours n’a pas cette invitation.' },
  en: { title: 'Invitation not found', detail: () => 'This course has no such invitation.' },
});
