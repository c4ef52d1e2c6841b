import type { Letter } from '#server/mail/mailer.ts';
import type { Language } from '#shared/problem.ts';

/** Something that happened, as a digest tells it. */
export interface DigestLine {
  kind: 'answer' | 'mention' | 'accepted' | 'report' | 'question';
  actor: string | null;
  title: string;
  url: string;
}
const WORDS: Record<Language, Record<DigestLine['kind'], (actor: string) => string>> = {
  fr: {
    answer: (actor) => `${actor} a répondu`,
    mention: (actor) => `${actor} vous a cité`,
    accepted: (actor) => `${actor} a retenu votre réponse`,
    report: (actor) => `${actor} a signalé un message`,
    question: (actor) => `${actor} a posé cette question dans votre cours`,
  },
  en: {
    answer: (actor) => `${actor} answered`,
    mention: (actor) => `${actor} named you`,
    accepted: (actor) => `${actor} accepted your answer`,
    report: (actor) => `${actor} reported a message`,
    question: (actor) => `${actor} asked this in your course`,
  },
};
const SOMEBODY: Record<Language, string> = { fr: 'Quelqu’un', en: 'Somebody' };
const QUOTED: Record<Language, (title: string) => string> = {
  fr: (title) => `« ${title} »`,
  en: (title) => `“${title}”`,
};

/** What one has not read of a day, thread by thread. */
export function digestLetter(
  to: string,
  language: Language,
  { lines, more, stop }: { lines: DigestLine[]; more: number; stop: string },
): Letter {
  const threads = [...Map.groupBy(lines, ({ url }) => url)].map(([url, all]) => {
    const lines = new Set(all.map(({ kind, actor }) => WORDS[language][kind](actor ?? SOMEBODY[language])));
    return `${QUOTED[language](all[0]!.title)}\n${[...lines].map((line) => `- ${line}`).join('\n')}\n${url}`;
  });
  const rest = more > 0 ? (language === 'fr' ? `\net ${more} de plus.\n` : `\nand ${more} more.\n`) : '';
  const body = `${threads.join('\n\n')}\n${rest}`;
  return language === 'fr'
    ? {
        to,
        language,
        subject: 'Vos discussions sur fredu',
        text: `Bonjour,\n\nDepuis votre dernière visite :\n\n${body}\nNe plus recevoir ces résumés :\n${stop}\n`,
      }
    : {
        to,
        language,
        subject: 'Your discussions on fredu',
        text: `Hello,\n\nSince your last visit:\n\n${body}\nNo more of these letters:\n${stop}\n`,
      };
}
