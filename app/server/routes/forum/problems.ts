import { problemKind } from '../../problems/problem.ts';

export const threadUnknown = problemKind<{ id: string }>('thread-unknown', 404, {
  fr: {
    title: 'Fil introuvable',
    detail: ({ id }) => `Aucun fil que vous puissiez lire n’a l’identifiant ${id}.`,
  },
  en: { title: 'Thread not found', detail: ({ id }) => `No thread that you may read has the id ${id}.` },
});

export const postUnknown = problemKind<{ id: string }>('post-unknown', 404, {
  fr: {
    title: 'Message introuvable',
    detail: ({ id }) => `Aucun message que vous puissiez lire n’a l’identifiant ${id}.`,
  },
  en: { title: 'Post not found', detail: ({ id }) => `No post that you may read has the id ${id}.` },
});

export const writersOnly = problemKind('forum-writers-only', 403, {
  fr: {
    title: 'Inscription nécessaire',
    detail: () => 'Seules les personnes inscrites à ce cours et ses auteurs y écrivent.',
  },
  en: {
    title: 'For those who follow the course',
    detail: () => 'Only those who are enrolled in this course and its authors write here.',
  },
});

export const moderatorsOnly = problemKind('forum-moderators-only', 403, {
  fr: {
    title: 'Réservé à la modération',
    detail: () => 'Seuls les auteurs du cours et l’administration peuvent faire cela.',
  },
  en: {
    title: 'For moderators',
    detail: () => 'Only the authors of the course and administrators may do this.',
  },
});

export const writerOnly = problemKind('forum-writer-only', 403, {
  fr: {
    title: 'Ce message n’est pas de vous',
    detail: () => 'Seule la personne qui l’a écrit peut faire cela.',
  },
  en: { title: 'Not your post', detail: () => 'Only who wrote it may do this.' },
});

export const threadLocked = problemKind('thread-locked', 409, {
  fr: { title: 'Fil fermé', detail: () => 'Ce fil n’accepte plus de réponse.' },
  en: { title: 'Locked thread', detail: () => 'This thread takes no more answers.' },
});

export const ownVote = problemKind('own-vote', 409, {
  fr: { title: 'C’est votre message', detail: () => 'Votez pour les messages des autres.' },
  en: { title: 'Your own post', detail: () => 'Vote for what others wrote.' },
});
