import type { FastifySchemaValidationError } from 'fastify';
import type { FieldProblem, Language } from '#shared/problem.ts';

type Words = (parameters: Record<string, unknown>, value: unknown) => { reason: string; mend: string };
const s = (n: unknown) => (Number(n) > 1 ? 's' : '');

/** What each rule of JSON Schema says to a person. */
const WORDS: Record<string, Record<Language, Words>> = {
  required: {
    fr: () => ({ reason: 'ce champ manque', mend: 'remplissez-le' }),
    en: () => ({ reason: 'this field is missing', mend: 'fill it in' }),
  },
  additionalProperties: {
    fr: () => ({ reason: 'ce champ n’existe pas ici', mend: 'retirez-le' }),
    en: () => ({ reason: 'there is no such field here', mend: 'remove it' }),
  },
  type: {
    fr: ({ type }) => ({
      reason: 'ce n’est pas le bon type de valeur',
      mend: `donnez une valeur de type ${type}`,
    }),
    en: ({ type }) => ({
      reason: 'this is not the right type of value',
      mend: `give a value of type ${type}`,
    }),
  },
  minLength: {
    fr: ({ limit }) => ({
      reason: 'ce texte est trop court',
      mend: `écrivez au moins ${limit} caractère${s(limit)}`,
    }),
    en: ({ limit }) => ({
      reason: 'this text is too short',
      mend: `write at least ${limit} character${s(limit)}`,
    }),
  },
  maxLength: {
    fr: ({ limit }) => ({
      reason: 'ce texte est trop long',
      mend: `écrivez au plus ${limit} caractère${s(limit)}`,
    }),
    en: ({ limit }) => ({
      reason: 'this text is too long',
      mend: `write at most ${limit} character${s(limit)}`,
    }),
  },
  minimum: {
    fr: ({ limit }) => ({ reason: 'ce nombre est trop petit', mend: `donnez au moins ${limit}` }),
    en: ({ limit }) => ({ reason: 'this number is too small', mend: `give at least ${limit}` }),
  },
  maximum: {
    fr: ({ limit }) => ({ reason: 'ce nombre est trop grand', mend: `donnez au plus ${limit}` }),
    en: ({ limit }) => ({ reason: 'this number is too large', mend: `give at most ${limit}` }),
  },
  minItems: {
    fr: ({ limit }) => ({ reason: 'il en faut davantage', mend: `donnez-en au moins ${limit}` }),
    en: ({ limit }) => ({ reason: 'more are needed', mend: `give at least ${limit}` }),
  },
  maxItems: {
    fr: ({ limit }) => ({ reason: 'il y en a trop', mend: `donnez-en au plus ${limit}` }),
    en: ({ limit }) => ({ reason: 'there are too many', mend: `give at most ${limit}` }),
  },
  enum: {
    fr: ({ allowedValues }) => ({
      reason: 'cette valeur n’est pas dans la liste',
      mend: `choisissez ${list(allowedValues, 'ou')}`,
    }),
    en: ({ allowedValues }) => ({
      reason: 'this value is not in the list',
      mend: `choose ${list(allowedValues, 'or')}`,
    }),
  },
  pattern: {
    fr: ({ pattern }) => PATTERNS.find(([known]) => known.test(String(pattern)))?.[1].fr ?? OTHER.fr,
    en: ({ pattern }) => PATTERNS.find(([known]) => known.test(String(pattern)))?.[1].en ?? OTHER.en,
  },
  minProperties: {
    fr: () => ({ reason: 'il n’y a rien à changer', mend: 'donnez au moins un champ' }),
    en: () => ({ reason: 'there is nothing to change', mend: 'give at least one field' }),
  },
  const: {
    fr: ({ allowedValue }) => ({ reason: 'cette valeur n’est pas acceptée', mend: `donnez ${allowedValue}` }),
    en: ({ allowedValue }) => ({ reason: 'this value is not accepted', mend: `give ${allowedValue}` }),
  },
  format: {
    fr: ({ format }) =>
      FORMATS[String(format)]?.fr ?? {
        reason: 'cette valeur n’a pas la bonne forme',
        mend: `écrivez-la sous la forme ${format}`,
      },
    en: ({ format }) =>
      FORMATS[String(format)]?.en ?? {
        reason: 'this value has not the right form',
        mend: `write it as ${format}`,
      },
  },
};

const FORMATS: Record<string, Record<Language, { reason: string; mend: string }>> = {
  email: {
    fr: { reason: 'ce n’est pas une adresse électronique', mend: 'écrivez-la sous la forme nom@exemple.fr' },
    en: { reason: 'this is not an e-mail address', mend: 'write it as name@example.org' },
  },
  uuid: {
    fr: { reason: 'ce n’est pas un identifiant', mend: 'recopiez-le en entier' },
    en: { reason: 'this is not an identifier', mend: 'copy it whole' },
  },
};

/** Patterns say nothing to a person; those of schemas/common.ts and schemas/person.ts are explained by what they are for. */
const PATTERNS: [pattern: RegExp, texts: Record<Language, { reason: string; mend: string }>][] = [
  [/@/, FORMATS.email!],
  [
    /u2028/,
    {
      fr: {
        reason: 'ce texte est vide ou tient sur plusieurs lignes',
        mend: 'écrivez-le sur une ligne, sans caractère de contrôle',
      },
      en: {
        reason: 'this text is empty or has several lines',
        mend: 'write it on one line, without control characters',
      },
    },
  ],
  [
    /u2800.*u0000/,
    {
      fr: {
        reason: 'ce texte est vide ou contient un caractère illisible',
        mend: 'écrivez au moins une lettre',
      },
      en: {
        reason: 'this text is empty or holds an unreadable character',
        mend: 'write at least one letter',
      },
    },
  ],
  [
    /u0000/,
    {
      fr: { reason: 'ce texte contient un caractère illisible', mend: 'retirez-le' },
      en: { reason: 'this text holds an unreadable character', mend: 'remove it' },
    },
  ],
];

const OTHER: Record<Language, { reason: string; mend: string }> = {
  fr: { reason: 'cette valeur n’est pas acceptée', mend: 'consultez la documentation de l’API' },
  en: { reason: 'this value is not accepted', mend: 'see the documentation of the API' },
};

const list = (values: unknown, or: string): string => {
  const all = Array.isArray(values) ? values.map(String) : [];
  return all.length < 2 ? all.join() : `${all.slice(0, -1).join(', ')} ${or} ${all.at(-1)}`;
};

/** Complaints in one answer at most: a client with more of them does not fill in one of our forms. */
const COMPLAINTS_MAX = 200;
/** Letters of a field's name; it may be whatever somebody sent. */
const NAME_MAX = 200;

/** The fields that a schema refused, each once, in the language of the reader; the first ones where there is no end of them. */
export function fieldProblems(
  errors: FastifySchemaValidationError[],
  part: string,
  language: Language,
): FieldProblem[] {
  const found = new Map<string, FieldProblem>();
  const alternatives = alternativesOf(errors.slice(0, COMPLAINTS_MAX));
  for (const { keyword, instancePath, params } of alternatives) {
    const path = instancePath.split('/').slice(1).map(unescaped);
    const own =
      keyword === 'required'
        ? params.missingProperty
        : keyword === 'additionalProperties'
          ? params.additionalProperty
          : undefined;
    const field = [part, ...path, ...(own === undefined ? [] : [String(own)])].join('.').slice(0, NAME_MAX);
    if (!found.has(field))
      found.set(field, { field, ...(WORDS[keyword]?.[language](params, undefined) ?? OTHER[language]) });
  }
  return [...found.values()];
}

const unescaped = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** Unions of constants come as one complaint a member; the reader wants the list of what is allowed. */
function alternativesOf(errors: FastifySchemaValidationError[]): FastifySchemaValidationError[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf');
  return errors.flatMap((error): FastifySchemaValidationError[] => {
    const union = unions.find((each) => each.instancePath === error.instancePath);
    if (!union) return [error];
    if (error !== union) return [];
    const constants = errors.filter(
      (each) => each.keyword === 'const' && each.instancePath === union.instancePath,
    );
    const allowedValues = constants.map((each) => each.params.allowedValue);
    return [
      constants.length > 0
        ? { ...union, keyword: 'enum', params: { allowedValues: allowedValues as never } }
        : union,
    ];
  });
}
