import { problemKind } from '#shared/problem.ts';

export const threadUnknown = problemKind('thread-unknown', 404, {
  fr: { title: 'Discussion introuvable', detail: () => 'Cette discussion n’existe pas ou a été retirée.' },
  en: { title: 'Thread not found', detail: () => 'There is no such thread, or it was removed.' },
});

export const postUnknown = problemKind('post-unknown', 404, {
  fr: { title: 'Réponse introuvable', detail: () => 'Cette réponse n’existe pas ou a été retirée.' },
  en: { title: 'Answer not found', detail: () => 'There is no such answer, or it was removed.' },
});

export const reportUnknown = problemKind('report-unknown', 404, {
  fr: { title: 'Signalement introuvable', detail: () => 'Ce signalement n’existe pas ou a déjà été traité.' },
  en: { title: 'Report not found', detail: () => 'There is no such report, or it was decided already.' },
});

export const mayNotWrite = problemKind('may-not-write', 403, {
  fr: {
    title: 'Inscription nécessaire',
    detail: () => 'Inscrivez-vous au cours pour participer à ses discussions.',
  },
  en: { title: 'Please enrol first', detail: () => 'Enrol in the course to take part in its discussions.' },
});

export const threadLocked = problemKind('thread-locked', 409, {
  fr: { title: 'Discussion fermée', detail: () => 'Cette discussion n’accepte plus de réponses.' },
  en: { title: 'Thread locked', detail: () => 'This thread takes no more answers.' },
});

export const notYours = problemKind('not-yours', 403, {
  fr: { title: 'Action réservée', detail: () => 'Seul son auteur ou un modérateur du cours peut le faire.' },
  en: { title: 'Not allowed', detail: () => 'Only its author or a moderator of the course may do this.' },
});

export const ownVote = problemKind('own-vote', 409, {
  fr: { title: 'C’est votre message', detail: () => 'On ne vote pas pour soi-même.' },
  en: { title: 'This is yours', detail: () => 'One does not vote for oneself.' },
});

export const ownWords = problemKind('own-words', 403, {
  fr: {
    title: 'Ce sont vos propres mots',
    detail: () => 'De ce qui est signalé de vous, quelqu’un d’autre décide.',
  },
  en: {
    title: 'These are your own words',
    detail: () => 'Somebody else decides on what was reported of yours.',
  },
});
