import { problemKind } from '#shared/problem.ts';
import type { SubtitleFault } from './subtitles.ts';

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
  en: { title: 'Upload not found', detail: () => 'This upload is finished or expired; start it again.' },
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

export const quotaExceeded = problemKind<{ whose: 'course' | 'person'; bytesLeft: number }>(
  'quota-exceeded',
  413,
  {
    fr: {
      title: 'Plus de place',
      detail: ({ whose, bytesLeft }) =>
        `${whose === 'course' ? 'Il reste à ce cours' : 'Il vous reste'} ${mebibytes(bytesLeft)} Mio ; supprimez des fichiers d’abord.`,
    },
    en: {
      title: 'No space left',
      detail: ({ whose, bytesLeft }) =>
        `${whose === 'course' ? 'This course has' : 'You have'} ${mebibytes(bytesLeft)} MiB left; delete some files first.`,
    },
  },
);

export const checksumWrong = problemKind('checksum-wrong', 422, {
  fr: {
    title: 'Fichier abîmé en chemin',
    detail: () => 'Les octets reçus ne sont pas ceux que vous avez annoncés ; envoyez le fichier de nouveau.',
  },
  en: {
    title: 'File damaged on its way',
    detail: () => 'The bytes that arrived are not those that you announced; send the file again.',
  },
});

export const checksumUnreadable = problemKind('checksum-unreadable', 400, {
  fr: { title: 'Empreinte illisible', detail: () => 'sha256 doit compter 64 chiffres hexadécimaux.' },
  en: { title: 'Unreadable checksum', detail: () => 'sha256 must be 64 hexadecimal digits.' },
});

const FAULTS: Record<SubtitleFault['fault'], { fr: string; en: string }> = {
  encoding: { fr: 'enregistrez le fichier en UTF-8', en: 'save the file as UTF-8' },
  header: {
    fr: 'un fichier WebVTT commence par WEBVTT, puis une ligne vide',
    en: 'a WebVTT file begins with WEBVTT, then an empty line',
  },
  timing: {
    fr: 'écrivez les temps ainsi : 00:01.000 --> 00:04.500',
    en: 'write the times like this: 00:01.000 --> 00:04.500',
  },
  comma: {
    fr: 'ces temps sont ceux de SubRip ; remplacez la virgule par un point',
    en: 'these times are SubRip’s; write a point for the comma',
  },
  backwards: { fr: 'la fin doit suivre le début', en: 'the end must come after the beginning' },
  empty: { fr: 'il n’y a aucun sous-titre', en: 'there are no subtitles in it' },
};

export const subtitlesUnreadable = problemKind<SubtitleFault>('subtitles-unreadable', 422, {
  fr: {
    title: 'Sous-titres illisibles',
    detail: ({ line, fault }) => `Ligne ${line} : ${FAULTS[fault].fr}.`,
  },
  en: { title: 'Unreadable subtitles', detail: ({ line, fault }) => `Line ${line}: ${FAULTS[fault].en}.` },
});

export const fileNameTaken = problemKind<{ name: string }>('file-name-taken', 409, {
  fr: { title: 'Nom déjà pris', detail: ({ name }) => `Ce cours a déjà un fichier « ${name} ».` },
  en: { title: 'Name taken', detail: ({ name }) => `This course has a file “${name}” already.` },
});

export const fileKindDiffers = problemKind('file-kind-differs', 422, {
  fr: {
    title: 'Un fichier d’un autre genre',
    detail: () =>
      'Une image remplace une image, un film un film : ajoutez celui-ci sous un autre nom, et changez le texte.',
  },
  en: {
    title: 'A file of another kind',
    detail: () =>
      'A picture takes the place of a picture, a film of a film: add this one by another name, and change the text.',
  },
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

export const uploadOverrun = problemKind('upload-overrun', 413, {
  fr: {
    title: 'Plus d’octets qu’annoncé',
    detail: () => 'Le fichier dépasse la taille annoncée ; recommencez l’envoi en annonçant toute sa taille.',
  },
  en: {
    title: 'More bytes than announced',
    detail: () => 'The file is larger than was announced; start again and announce all of its size.',
  },
});

export const pieceTypeWrong = problemKind('upload-type-wrong', 415, {
  fr: {
    title: 'Format non accepté',
    detail: () => 'Envoyez les octets du fichier avec Content-Type: application/offset+octet-stream.',
  },
  en: {
    title: 'Format not accepted',
    detail: () => 'Send the bytes of the file with Content-Type: application/offset+octet-stream.',
  },
});
