import { problemKind } from '#shared/problem.ts';

export const filesOff = problemKind('files-off', 501, {
  fr: {
    title: 'Pas de fichiers ici',
    detail: () =>
      'Cette plateforme n’a pas d’espace de stockage : elle ne prend aucun fichier. Mettez un lien vers un fichier déposé ailleurs.',
  },
  en: {
    title: 'No files here',
    detail: () =>
      'This platform has no object store: it takes no files. Put a link to a file that is kept elsewhere.',
  },
});
