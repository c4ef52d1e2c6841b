import { problemKind } from '#shared/problem.ts';

export const personUnknown = problemKind('person-unknown', 404, {
  fr: { title: 'Personne introuvable', detail: () => 'Aucun compte n’a cet identifiant.' },
  en: { title: 'Nobody found', detail: () => 'No account has this id.' },
});

export const notOneself = problemKind('not-oneself', 409, {
  fr: {
    title: 'C’est votre compte',
    detail: () => 'Un autre administrateur doit le faire : personne ne se prive de ses propres droits.',
  },
  en: { title: 'This is your account', detail: () => 'Another administrator has to do this for you.' },
});

export const lastAdministrator = problemKind('last-administrator', 409, {
  fr: {
    title: 'Dernier administrateur',
    detail: () =>
      'Il ne resterait personne pour administrer la plateforme : nommez d’abord un autre administrateur.',
  },
  en: {
    title: 'The last administrator',
    detail: () =>
      'Nobody would be left to administer the platform: make somebody else an administrator first.',
  },
});

export const noticeUnknown = problemKind('notice-unknown', 404, {
  fr: { title: 'Annonce introuvable', detail: () => 'Aucune annonce n’a cet identifiant.' },
  en: { title: 'Notice not found', detail: () => 'No notice has this id.' },
});

export const noticeOver = problemKind('notice-over', 400, {
  fr: { title: 'Annonce déjà finie', detail: () => 'Donnez une fin qui soit à venir, et après le début.' },
  en: {
    title: 'Notice already over',
    detail: () => 'Give an end that is still to come, and after the start.',
  },
});
