import type { FieldProblem, Language } from '#shared/problem.ts';

/** Beginnings of passwords that everyone tries first, letters only and in lower case. */
const COMMON = [
  'motdepasse',
  'password',
  'azerty',
  'qwerty',
  'qwertz',
  'soleil',
  'bonjour',
  'loulou',
  'doudou',
  'chouchou',
  'iloveyou',
  'jetaime',
  'admin',
  'welcome',
  'bienvenue',
  'letmein',
  'fredu',
  'marseille',
  'football',
];
const SEQUENCES = [
  '01234567890123456789',
  '98765432109876543210',
  'abcdefghijklmnopqrstuvwxyz',
  'azertyuiopqsdfghjklm',
  'qwertyuiopasdfghjkl',
];

const SAID: Record<'repeats' | 'common' | 'own', Record<Language, Omit<FieldProblem, 'field'>>> = {
  repeats: {
    fr: {
      reason: 'ce mot de passe répète peu de caractères',
      mend: 'mélangez au moins 5 caractères différents',
    },
    en: { reason: 'this password repeats few characters', mend: 'mix at least 5 different characters' },
  },
  common: {
    fr: {
      reason: 'ce mot de passe est de ceux que l’on essaie d’abord',
      mend: 'prenez plutôt quelques mots sans rapport entre eux',
    },
    en: {
      reason: 'this password is one of those tried first',
      mend: 'take a few words that have nothing to do with each other',
    },
  },
  own: {
    fr: {
      reason: 'ce mot de passe contient votre nom ou votre adresse',
      mend: 'choisissez-en un que vos proches ne devinent pas',
    },
    en: {
      reason: 'this password holds your name or address',
      mend: 'choose one that those who know you cannot guess',
    },
  },
};

/** What is weak about a password beyond its length; undefined for a good one. */
export function passwordWeakness(
  password: string,
  { email, name }: { email: string; name: string },
): ((field: string, language: Language) => FieldProblem) | undefined {
  const plain = password.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  const letters = plain.replace(/[^\p{L}]/gu, '');
  const own = [email.split('@')[0]!, ...name.split(/\s+/)].map((part) =>
    part.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, ''),
  );
  const weakness =
    new Set(plain).size < 5
      ? 'repeats'
      : SEQUENCES.some((sequence) => sequence.includes(plain)) ||
          COMMON.some((word) => letters === word || letters === word + word)
        ? 'common'
        : own.some((part) => part.length >= 4 && plain.includes(part) && plain.length < part.length + 8)
          ? 'own'
          : undefined;
  return weakness && ((field, language) => ({ field, ...SAID[weakness][language] }));
}
