import type { Letter } from '../../mail/mailer.ts';
import type { Language } from '../../problems/problem.ts';

/** Invites somebody into a course. The title and the name were typed by a teacher: they stand in quotes and on one line. */
export function invitationLetter(
  to: string,
  language: Language,
  { url, title, author, until }: { url: string; title: string; author: string; until: Date },
): Letter {
  const day = until.toISOString().slice(0, 10);
  return language === 'fr'
    ? {
        to,
        language,
        subject: 'Invitation à un cours sur fredu',
        text: `Bonjour,

${author} vous invite à suivre le cours « ${title} ». Ouvrez cette adresse avant le ${day} :

${url}

Elle ne sert qu’une fois. Si vous ne connaissez pas cette personne, ne faites rien.
`,
      }
    : {
        to,
        language,
        subject: 'Invitation to a course on fredu',
        text: `Hello,

${author} invites you to the course “${title}”. Open this address before ${day}:

${url}

It works once. If you do not know this person, do nothing.
`,
      };
}

/** Invites a teacher to write a course with those who do. Nothing happens unless she agrees. */
export function authorInvitationLetter(
  to: string,
  language: Language,
  { url, title, author, until }: { url: string; title: string; author: string; until: Date },
): Letter {
  const day = until.toISOString().slice(0, 10);
  return language === 'fr'
    ? {
        to,
        language,
        subject: 'Invitation à écrire un cours sur fredu',
        text: `Bonjour,

${author} vous invite à participer à l’écriture du cours « ${title} ». Pour en devenir auteur, ouvrez cette adresse avant le ${day} :

${url}

Elle ne sert qu’une fois, et à vous seul. Si vous ne connaissez pas cette personne, ne faites rien.
`,
      }
    : {
        to,
        language,
        subject: 'Invitation to write a course on fredu',
        text: `Hello,

${author} invites you to write the course “${title}” together. To become an author of it, open this address before ${day}:

${url}

It works once, and for you alone. If you do not know this person, do nothing.
`,
      };
}
