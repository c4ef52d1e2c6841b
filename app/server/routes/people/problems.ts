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

/** The password fits; the code of the second factor is missing. */
export const secondFactorNeeded = problemKind('second-factor-needed', 401, {
  fr: {
    title: 'Un code est demandé',
    detail: () =>
      'Ce compte demande aussi un code : celui de l’application de votre téléphone, ou un code de secours.',
  },
  en: {
    title: 'A code is asked for',
    detail: () => 'This account asks for a code too: that of the app on your telephone, or a recovery code.',
  },
});

export const wrongCode = problemKind('wrong-code', 403, {
  fr: {
    title: 'Code incorrect',
    detail: () =>
      'Ce code ne convient pas, ou a déjà servi. Attendez le suivant, et vérifiez que l’heure du téléphone est réglée automatiquement.',
  },
  en: {
    title: 'Wrong code',
    detail: () =>
      'This code does not fit, or was used already. Wait for the next one, and see that the telephone sets its clock by itself.',
  },
});

export const secondFactorIsOn = problemKind('second-factor-on', 409, {
  fr: {
    title: 'Code déjà demandé',
    detail: () =>
      'Un code est déjà demandé à la connexion ; désactivez-le d’abord pour changer de téléphone.',
  },
  en: {
    title: 'A code is asked for already',
    detail: () => 'A code is asked for at sign-in already; turn it off first to use another telephone.',
  },
});

export const secondFactorIsOff = problemKind('second-factor-off', 409, {
  fr: {
    title: 'Aucun code demandé',
    detail: () => 'Aucun code n’est demandé à la connexion ; activez-le d’abord.',
  },
  en: { title: 'No code is asked for', detail: () => 'No code is asked for at sign-in; turn it on first.' },
});

export const secondFactorUnavailable = problemKind('second-factor-unavailable', 501, {
  fr: {
    title: 'Code indisponible',
    detail: () =>
      'Cette plateforme ne peut pas vérifier de code pour le moment ; un code de secours, ou un administrateur, vous aidera.',
  },
  en: {
    title: 'No codes here',
    detail: () =>
      'This platform cannot check codes at the moment; a recovery code, or an administrator, helps.',
  },
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
