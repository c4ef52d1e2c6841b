import { problemKind } from '#shared/problem.ts';

export const wrongCredentials = problemKind('wrong-credentials', 401, {
  fr: { title: 'Connexion refusée', detail: () => 'L’adresse ou le mot de passe ne convient pas.' },
  en: { title: 'Sign-in refused', detail: () => 'The address or the password does not fit.' },
});

/** The password is not the one of the request for an account: the one who got the letter may not be the one who asked. */
export const otherPassword = problemKind('other-password', 401, {
  fr: {
    title: 'Un autre mot de passe',
    detail: () =>
      'Ce n’est pas le mot de passe choisi à l’inscription. Si vous n’avez rien demandé, ne faites rien ; sinon, recommencez l’inscription.',
  },
  en: {
    title: 'Another password',
    detail: () =>
      'This is not the password that was chosen when signing up. If you asked for nothing, do nothing; else sign up again.',
  },
});

export const tokenUnknown = problemKind('token-unknown', 410, {
  fr: {
    title: 'Lien expiré',
    detail: () => 'Ce lien a déjà servi ou n’est plus valable ; demandez-en un nouveau.',
  },
  en: {
    title: 'Link expired',
    detail: () => 'This link was used already or is no longer good; ask for a new one.',
  },
});

export const wrongPassword = problemKind('wrong-password', 403, {
  fr: {
    title: 'Mot de passe incorrect',
    detail: () => 'Ce n’est pas votre mot de passe actuel ; rien n’a changé.',
  },
  en: { title: 'Wrong password', detail: () => 'This is not your present password; nothing has changed.' },
});

export const consentNeeded = problemKind('consent-needed', 409, {
  fr: {
    title: 'Accord d’un parent attendu',
    detail: () => 'Un parent a reçu un e-mail ; ouvrez ce lien de nouveau quand il aura donné son accord.',
  },
  en: {
    title: 'A parent has to agree',
    detail: () => 'A parent got a letter; open this link again once they have agreed.',
  },
});
