import type { Language } from '../problems/problem.ts';

/** A letter: plain text, which every reader shows and speaks. */
export interface Letter {
  to: string;
  subject: string;
  text: string;
  language: Language;
}

/** Who carries letters. */
export interface Mailer {
  /** Hands a letter over; @throws when nobody takes it. */
  send(letter: Letter): Promise<void>;
  /** Letters that were kept to be looked at, the newest first; undefined where they really leave. */
  kept?(): Promise<KeptLetter[]>;
  close(): Promise<void>;
}
export interface KeptLetter extends Letter {
  id: string;
  at: string;
}
