import { problemKind } from '../../problems/problem.ts';

const mebibytes = (bytes: number): number => Math.floor(bytes / 2 ** 20);

export const fileUnknown = problemKind('file-unknown', 404, {
  fr: {
    title: 'Fichier introuvable',
    detail: () => 'Ce fichier n’existe pas, ou vous ne pouvez pas le voir.',
  },
  en: { title: 'File not found', detail: () => 'There is no such file, or you may not see it.' },
});

export const uploadUnknown = problemKind('upload-unknown', 404, {
  fr: { title: 'Envoi introuvable', detail: () => 'Cet envoi est fini ou a expiré ; recommencez-le.' },
  en: { title: 'Upload not found', detail: () => 'This upload is finished or expired; begin it anew.' },
});

export const fileTooLarge = problemKind<{ bytesMax: number }>('file-too-large', 413, {
  fr: {
    title: 'Fichier trop volumineux',
    detail: ({ bytesMax }) => `Un fichier peut avoir ${mebibytes(bytesMax)} Mio au plus.`,
  },
  en: {
    title: 'File too large',
    detail: ({ bytesMax }) => `A file may have ${mebibytes(bytesMax)} MiB at most.`,
  },
});

export const quotaExceeded = problemKind<{ bytesLeft: number }>('quota-exceeded', 413, {
  fr: {
    title: 'Plus de place',
    detail: ({ bytesLeft }) => `Il vous reste ${mebibytes(bytesLeft)} Mio ; supprimez des fichiers d’abord.`,
  },
  en: {
    title: 'No space left',
    detail: ({ bytesLeft }) => `You have ${mebibytes(bytesLeft)} MiB left; delete some files first.`,
  },
});

export const fileNameTaken = problemKind<{ name: string }>('file-name-taken', 409, {
  fr: { title: 'Nom déjà pris', detail: ({ name }) => `Ce cours a déjà un fichier « ${name} ».` },
  en: { title: 'Name taken', detail: ({ name }) => `This course has a file “${name}” already.` },
});

export const fileNameBad = problemKind('file-name-bad', 400, {
  fr: {
    title: 'Nom de fichier refusé',
    detail: () => 'Donnez un nom de 1 à 200 caractères, sans barre oblique ni caractère de contrôle.',
  },
  en: {
    title: 'File name refused',
    detail: () => 'Give a name of 1 to 200 characters without slashes and control characters.',
  },
});

export const rangeOutside = problemKind('range-outside', 416, {
  fr: { title: 'Hors du fichier', detail: () => 'Le fichier n’a pas cette partie.' },
  en: { title: 'Outside the file', detail: () => 'The file has no such part.' },
});

export const offsetWrong = problemKind('upload-offset-wrong', 409, {
  fr: {
    title: 'Pas la suite de cet envoi',
    detail: () => 'Demandez d’abord ce qui est arrivé (HEAD), et continuez à partir de là.',
  },
  en: {
    title: 'Not where this upload goes on',
    detail: () => 'Ask first what has arrived (HEAD), and go on from there.',
  },
});

export const protocolUnknown = problemKind('upload-protocol-unknown', 412, {
  fr: { title: 'Protocole inconnu', detail: () => 'Envoyez l’en-tête Tus-Resumable: 1.0.0.' },
  en: { title: 'Unknown protocol', detail: () => 'Send the header Tus-Resumable: 1.0.0.' },
});
