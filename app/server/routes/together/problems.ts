import { problemKind } from '../../problems/problem.ts';

const WHY = {
  empty: { fr: 'Il n’a aucune section.', en: 'It has no sections.' },
  sections: { fr: 'Il a trop de sections.', en: 'It has too many sections.' },
  title: {
    fr: 'Chaque section a besoin d’un titre, sur une ligne.',
    en: 'Every section needs a title, on one line.',
  },
  length: { fr: 'Un titre ou un texte est trop long.', en: 'A title or a text is too long.' },
};

export const documentUnreadable = problemKind<{ why: keyof typeof WHY }>('together-not-a-course', 409, {
  fr: { title: 'Texte à compléter', detail: ({ why }) => `${WHY[why].fr} Rien n’a été publié.` },
  en: { title: 'Text to be completed', detail: ({ why }) => `${WHY[why].en} Nothing was published.` },
});

export const upgradeNeeded = problemKind('upgrade-needed', 426, {
  fr: { title: 'WebSocket nécessaire', detail: () => 'Cette adresse ne répond que par WebSocket.' },
  en: { title: 'WebSocket needed', detail: () => 'This address answers by WebSocket only.' },
});
