import type { Language } from '#shared/problem.ts';

/** A letter: plain text, which every reader shows and speaks. */
export interface Letter {
  to: string;
  subject: string;
  text: string;
  language: Language;
}

/** Who carries letters. */
export interface Mailer {
  /**
   * Hands a letter over, and tries again for some minutes while nobody takes it; `once` for callers that come again by themselves.
   * @throws LetterRefused when it will never be taken, LetterNotTaken when nobody took it in that time; neither repeats what the relay said
   */
  send(letter: Letter, how?: { once: boolean }): Promise<void>;
  /** Has letters that wait for another try tried now, and then given up, because the app ends. */
  hurry?(): void;
  /** Letters that were kept to be looked at, the newest first; undefined where they really leave. */
  kept?(): Promise<KeptLetter[]>;
  close(): Promise<void>;
}

/** A letter that the relay will not take, however often it is tried: there is no such address, or the letter is none. */
export class LetterRefused extends Error {
  override readonly name = 'LetterRefused';
}

/** A letter that no relay took, and that one may take later. */
export class LetterNotTaken extends Error {
  override readonly name = 'LetterNotTaken';
}

export interface KeptLetter extends Letter {
  id: string;
  at: string;
}
