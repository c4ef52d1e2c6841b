import { problemKind } from '#shared/problem.ts';

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

/** Up to three sections by their titles. */
const named = (sections: string[], [open, close]: readonly [string, string]) =>
  `${sections
    .slice(0, 3)
    .map((title) => `${open}${title}${close}`)
    .join(', ')}${sections.length > 3 ? ', …' : ''}`;

export const changedElsewhere = problemKind<{ version: number; sections: string[] }>(
  'together-changed-elsewhere',
  409,
  {
    fr: {
      title: 'Le cours a changé entre-temps',
      detail: ({ version, sections }) =>
        `La version ${version} du cours change aussi ce que ce texte change : ${named(sections, ['« ', ' »'])}. Rien n’a été publié, et rien n’est perdu. Reprenez ici ce que vous voulez garder de cette version, puis publiez par-dessus : elle reste dans l’historique du cours.`,
    },
    en: {
      title: 'The course has changed meanwhile',
      detail: ({ version, sections }) =>
        `Version ${version} of the course also changes what this text changes: ${named(sections, ['“', '”'])}. Nothing was published, and nothing is lost. Take over here what you want to keep of that version, then publish over it: it stays in the history of the course.`,
    },
  },
);

export const upgradeNeeded = problemKind('upgrade-needed', 426, {
  fr: { title: 'WebSocket nécessaire', detail: () => 'Cette adresse ne répond que par WebSocket.' },
  en: { title: 'WebSocket needed', detail: () => 'This address answers by WebSocket only.' },
});
