import { problemKind } from '#shared/problem.ts';

/** Refusals that any route can give. A feature declares its own beside its routes. */

export const notFound = problemKind<{ method: string; path: string }>('not-found', 404, {
  fr: {
    title: 'Adresse inconnue',
    detail: ({ method, path }) => `Rien ne répond à ${method} ${path}.`,
  },
  en: { title: 'Unknown address', detail: ({ method, path }) => `Nothing answers ${method} ${path}.` },
});

export const methodUnknown = problemKind<{ method: string; allow: string }>('method-unknown', 405, {
  fr: {
    title: 'Méthode inconnue ici',
    detail: ({ method, allow }) => `Cette adresse ne répond pas à ${method} ; elle répond à ${allow}.`,
  },
  en: {
    title: 'Method unknown here',
    detail: ({ method, allow }) => `This address does not answer ${method}; it answers ${allow}.`,
  },
});

export const invalidRequest = problemKind<{ count: number }>('invalid-request', 400, {
  fr: {
    title: 'Demande incomplète ou incorrecte',
    detail: ({ count }) =>
      count > 1
        ? `${count} champs sont à corriger ; rien n’a été enregistré.`
        : 'Un champ est à corriger ; rien n’a été enregistré.',
  },
  en: {
    title: 'Incomplete or incorrect request',
    detail: ({ count }) =>
      count > 1
        ? `${count} fields need a correction; nothing was saved.`
        : 'One field needs a correction; nothing was saved.',
  },
});

export const unreadableBody = problemKind('unreadable-body', 400, {
  fr: { title: 'Contenu illisible', detail: () => 'Le corps de la demande n’est pas du JSON valide.' },
  en: { title: 'Unreadable content', detail: () => 'The body of the request is not valid JSON.' },
});

export const unsupportedMedia = problemKind<{ type: string }>('unsupported-media-type', 415, {
  fr: {
    title: 'Format non accepté',
    detail: ({ type }) => `Le format ${type} n’est pas accepté ici ; envoyez application/json.`,
  },
  en: {
    title: 'Format not accepted',
    detail: ({ type }) => `The format ${type} is not accepted here; send application/json.`,
  },
});

export const tooLarge = problemKind<{ bytesMax: number }>('too-large', 413, {
  fr: {
    title: 'Contenu trop volumineux',
    detail: ({ bytesMax }) => `La demande dépasse ${bytesMax} octets.`,
  },
  en: {
    title: 'Content too large',
    detail: ({ bytesMax }) => `The request is larger than ${bytesMax} bytes.`,
  },
});

export const unavailable = problemKind('unavailable', 503, {
  fr: {
    title: 'Service momentanément indisponible',
    detail: () => 'Vos données sont en sécurité. Réessayez dans quelques instants.',
  },
  en: {
    title: 'Service unavailable for a moment',
    detail: () => 'Your data are safe. Try again in a moment.',
  },
});

export const badRequest = problemKind('bad-request', 400, {
  fr: { title: 'Demande incorrecte', detail: () => 'Cette demande ne peut pas être lue.' },
  en: { title: 'Bad request', detail: () => 'This request cannot be read.' },
});

export const internal = problemKind('internal', 500, {
  fr: {
    title: 'Erreur de notre part',
    detail: () =>
      'Quelque chose s’est mal passé chez nous. Réessayez ; si cela persiste, donnez-nous le numéro de la demande.',
  },
  en: {
    title: 'An error of ours',
    detail: () =>
      'Something went wrong on our side. Try again; if it persists, give us the id of the request.',
  },
});

export const busy = problemKind('busy', 503, {
  fr: { title: 'Beaucoup de monde en même temps', detail: () => 'Réessayez dans quelques secondes.' },
  en: { title: 'Many people at once', detail: () => 'Try again in a few seconds.' },
});

export const signInNeeded = problemKind('sign-in-needed', 401, {
  fr: {
    title: 'Connexion nécessaire',
    detail: () => 'Connectez-vous pour continuer ; votre session a peut-être pris fin.',
  },
  en: { title: 'Please sign in', detail: () => 'Sign in to go on; your session may have ended.' },
});

export const notAllowed = problemKind('not-allowed', 403, {
  fr: { title: 'Action réservée', detail: () => 'Votre compte ne permet pas de faire cela.' },
  en: { title: 'Not allowed', detail: () => 'Your account may not do this.' },
});

/** The page was opened by one person, and by now its browser is signed in as another one. */
export const anotherPerson = problemKind('another-person', 403, {
  fr: {
    title: 'Une autre personne est connectée',
    detail: () =>
      'Cette page est celle d’une autre personne que celle qui est maintenant connectée dans ce navigateur. Rien n’a été enregistré, et ce que vous avez écrit est resté dans la page : reconnectez-vous dans un autre onglet, ou rechargez la page.',
  },
  en: {
    title: 'Another person is signed in',
    detail: () =>
      'This page is that of another person than the one who is signed in by this browser now. Nothing was saved, and what you wrote is still in the page: sign in again in another tab, or reload the page.',
  },
});

export const foreignRequest = problemKind('foreign-request', 403, {
  fr: {
    title: 'Demande venue d’un autre site',
    detail: () => 'Cette action doit partir de nos propres pages. Ouvrez-les et recommencez.',
  },
  en: {
    title: 'Request from another site',
    detail: () => 'This must be done from our own pages. Open them and do it again.',
  },
});

export const tooManyAttempts = problemKind<{ seconds: number }>('too-many-attempts', 429, {
  fr: {
    title: 'Trop d’essais',
    detail: ({ seconds }) =>
      seconds > 90
        ? `Réessayez dans ${Math.ceil(seconds / 60)} minutes.`
        : `Réessayez dans ${seconds} secondes.`,
  },
  en: {
    title: 'Too many attempts',
    detail: ({ seconds }) =>
      seconds > 90 ? `Try again in ${Math.ceil(seconds / 60)} minutes.` : `Try again in ${seconds} seconds.`,
  },
});

export const changedMeanwhile = problemKind('changed-meanwhile', 412, {
  fr: {
    title: 'Modifié entre-temps',
    detail: () =>
      'Quelqu’un a enregistré une autre version depuis votre lecture. Rien n’a été écrasé ; relisez, puis recommencez.',
  },
  en: {
    title: 'Changed meanwhile',
    detail: () =>
      'Someone saved another version since you read it. Nothing was overwritten; read it again, then repeat.',
  },
});

export const versionNeeded = problemKind('version-needed', 428, {
  fr: {
    title: 'Version non précisée',
    detail: () => 'Envoyez dans If-Match l’ETag de la version que vous avez lue.',
  },
  en: { title: 'No version given', detail: () => 'Send the ETag of the version that you read in If-Match.' },
});
