import { letter } from '#server/mail/letter.ts';
import type { Letter } from '#server/mail/mailer.ts';
import type { Language } from '#shared/problem.ts';

/** « 14 décembre 2026 », “December 14, 2026”. */
const daysIn = (language: Language) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
const DAYS = { fr: daysIn('fr'), en: daysIn('en') };

/** Invites somebody into a course. The title and the name were typed by a teacher: they stand in quotes and on one line. */
export function invitationLetter(
  to: string,
  language: Language,
  { url, title, author, until }: { url: string; title: string; author: string; until: Date },
): Letter {
  const day = DAYS[language].format(until);
  return letter(to, language, {
    fr: {
      subject: 'Invitation à un cours sur fredu',
      text: `Bonjour,

${author} vous invite à suivre le cours « ${title} ». Ouvrez ce lien avant le ${day} :

${url}

Il ne sert qu’une fois. Si vous ne connaissez pas cette personne, ne faites rien.
`,
    },
    en: {
      subject: 'Invitation to a course on fredu',
      text: `Hello,

${author} invites you to the course “${title}”. Open this link before ${day}:

${url}

It works once. If you do not know this person, do nothing.
`,
    },
  });
}

/** Invites a teacher to write a course with those who do. Nothing happens unless they agree. */
export function authorInvitationLetter(
  to: string,
  language: Language,
  { url, title, author, until }: { url: string; title: string; author: string; until: Date },
): Letter {
  const day = DAYS[language].format(until);
  return letter(to, language, {
    fr: {
      subject: 'Invitation à écrire un cours sur fredu',
      text: `Bonjour,

${author} vous invite à participer à l’écriture du cours « ${title} ». Pour en devenir auteur, ouvrez ce lien avant le ${day} :

${url}

Il ne sert qu’une fois, et à vous. Si vous ne connaissez pas cette personne, ne faites rien.
`,
    },
    en: {
      subject: 'Invitation to write a course on fredu',
      text: `Hello,

${author} invites you to write the course “${title}” together. To become an author of it, open this link before ${day}:

${url}

It works once, and for you alone. If you do not know this person, do nothing.
`,
    },
  });
}

/** To those who follow a course: that it goes with the account of its only author. */
export function courseGoesLetter(
  to: string,
  language: Language,
  { title, url, until }: { title: string; url: string; until: Date },
): Letter {
  const day = DAYS[language].format(until);
  return letter(to, language, {
    fr: {
      subject: 'Un cours que vous suivez va disparaître',
      text: `Bonjour,

La personne qui écrit seule le cours « ${title} » quitte fredu. Si personne ne le reprend, il sera effacé le ${day}, avec votre avancement et ses discussions :

${url}

Enregistrez d’ici là ce dont vous avez besoin. Les administrateurs peuvent le confier à un autre enseignant.
`,
    },
    en: {
      subject: 'A course that you follow is about to go',
      text: `Hello,

The only author of the course “${title}” leaves fredu. Unless somebody takes it over, it will be erased on ${day}, with your progress and its discussions:

${url}

Save what you need until then. The administrators can hand it on to another teacher.
`,
    },
  });
}

/** To administrators: courses that go with the account of their only author, and how to hand them on. */
export function handOnLetter(
  to: string,
  language: Language,
  { courses, until }: { courses: { id: string; title: string }[]; until: Date },
): Letter {
  const day = DAYS[language].format(until);
  const list = (quoted: (title: string) => string) =>
    courses
      .map(({ id, title }) => `- ${quoted(title)} : POST /api/v1/admin/courses/${id}/authors`)
      .join('\n');
  return letter(to, language, {
    fr: {
      subject: 'Des cours à confier à un autre enseignant',
      text: `Bonjour,

Un compte sera effacé le ${day}, avec les cours qu’il écrit seul :

${list((title) => `« ${title} »`)}

Pour en garder un, invitez un enseignant à l’écrire, à l’adresse de l’API qui suit son titre, avec son e-mail : {"email": "…"}. Ceux qui le suivent ont été prévenus.
`,
    },
    en: {
      subject: 'Courses to hand on to another teacher',
      text: `Hello,

An account will be erased on ${day}, with the courses that nobody else writes:

${list((title) => `“${title}”`)}

To keep one, invite a teacher to write it, at the address of the API behind its title, with their e-mail: {"email": "…"}. Those who follow it were told.
`,
    },
  });
}
