import { problemKind } from './problem.ts';

/** Refusals that any route can give. A feature declares its own beside its routes. */

export const notFound = problemKind<{ method: string; path: string }>('not-found', 404, {
  fr: {
    title: 'Adresse inconnue',
    detail: ({ method, path }) => `Rien ne répond à ${method} ${path}.`,
  },
  en: { title: 'Unknown address', detail: ({ method, path }) => `Nothing answers ${method} ${path}.` },
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
