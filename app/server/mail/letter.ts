import type { Language } from '#shared/problem.ts';
import type { Letter } from './mailer.ts';

/** A letter to somebody, in the words of their language. */
export const letter = (
  to: string,
  language: Language,
  words: Record<Language, Pick<Letter, 'subject' | 'text'>>,
): Letter => ({ to, language, ...words[language] });
