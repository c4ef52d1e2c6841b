import type { Static } from 'typebox';
import { Type } from 'typebox';

export const LANGUAGES = ['fr', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a reader is shown in each language, French being the first. */
export type ProblemTexts<Facts> = Record<Language, { title: string; detail: (facts: Facts) => string }>;

/** One field that cannot be accepted: where it is, what is the matter, and what would be accepted. */
export const FieldProblem = Type.Object(
  {
    field: Type.String({ description: 'Where in the request, such as body.title', examples: ['body.title'] }),
    reason: Type.String({ examples: ['le titre est vide'] }),
    mend: Type.String({ examples: ['écrivez au moins 1 caractère'] }),
  },
  { additionalProperties: false },
);
export type FieldProblem = Static<typeof FieldProblem>;

/** Problem details: how every refusal is answered. @see https://www.rfc-editor.org/rfc/rfc9457 */
export const Problem = Type.Object(
  {
    type: Type.String({
      description: 'Which problem it is, the same in every language',
      format: 'uri-reference',
    }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String(),
    instance: Type.Optional(Type.String({ description: 'The id of the request, to tell us' })),
    errors: Type.Optional(Type.Array(FieldProblem)),
  },
  { $id: 'Problem', description: 'A refusal, in the language of the reader' },
);
export type Problem = Static<typeof Problem>;

/** A kind of refusal, known by its name. */
export interface ProblemKind {
  name: string;
  status: number;
  texts: ProblemTexts<never>;
}

/** Every kind, for the documentation and the tests. */
export const kinds = new Map<string, ProblemKind>();

/** A refusal on its way to the reader; thrown anywhere, worded in their language by the problems plugin. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: ProblemKind;
  readonly facts: unknown;
  readonly errors: ((language: Language) => FieldProblem[]) | undefined;
  readonly headers: Record<string, string>;

  constructor(
    kind: ProblemKind,
    facts: unknown,
    errors?: (language: Language) => FieldProblem[],
    headers: Record<string, string> = {},
  ) {
    super(kind.name);
    this.kind = kind;
    this.facts = facts;
    this.errors = errors;
    this.headers = headers;
  }

  get statusCode(): number {
    return this.kind.status;
  }

  /** The refusal as the reader gets it. */
  in(language: Language, instance?: string): Problem {
    const { title, detail } = this.kind.texts[language];
    return {
      type: `/problems/${this.kind.name}`,
      title,
      status: this.kind.status,
      detail: detail(this.facts as never),
      ...(instance ? { instance } : {}),
      ...(this.errors ? { errors: this.errors(language) } : {}),
    };
  }
}

/** Declares a kind of refusal once and gives what makes one: `throw courseUnknown({ id })`. */
export function problemKind<Facts = Record<string, never>>(
  name: string,
  status: number,
  texts: ProblemTexts<Facts>,
): (
  facts: Facts,
  more?: { errors?: (language: Language) => FieldProblem[]; headers?: Record<string, string> },
) => Refusal {
  if (kinds.has(name)) throw new Error(`two problems are named ${name}`);
  const kind: ProblemKind = { name, status, texts };
  kinds.set(name, kind);
  return (facts, { errors, headers } = {}) => new Refusal(kind, facts, errors, headers);
}
