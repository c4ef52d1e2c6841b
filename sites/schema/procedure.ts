import { type Static, Type } from 'typebox';

/**
 * A procedure as data: what custom resources cannot express, because it happens once, in an order, across sites. Rendered
 * into the tree for reviewers, and carried out step by step; every step says how it is known to be done and how to go back.
 */

const closed = { additionalProperties: false };
const words = (description: string) => Type.String({ minLength: 1, description });
const Id = Type.String({ pattern: '^[a-z][a-z0-9-]*$', description: 'in kebab case' });
const Command = Type.Array(Type.String(), { minItems: 1, description: 'a program and its arguments' });
const Place = Type.String({ minLength: 1, description: 'a key of `places`' });

const Selector = Type.Array(
  Type.Union([
    Type.String(),
    Type.Integer(),
    Type.Record(Type.String(), Type.String(), { minProperties: 1 }),
  ]),
  { description: 'keys and indices from the top; a map chooses the element of a list that has these values' },
);
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

const Run = Type.Object(
  { in: Place, command: Command, input: Type.Optional(Type.String({ description: 'its standard input' })) },
  { ...closed, description: 'run a command' },
);
const EditJson = Type.Object(
  {
    in: Place,
    read: Command,
    set: Type.Array(Type.Object({ at: Selector, to: Scalar }, closed), { minItems: 1 }),
    write: Command,
  },
  { ...closed, description: 'read JSON from one command, change values, give it to the input of another' },
);
const Action = Type.Union([Run, EditJson]);

const Gate = Type.Object(
  {
    in: Place,
    command: Command,
    fails: Type.Optional(Type.Boolean({ description: 'the command must fail (default: it must succeed)' })),
    matches: Type.Optional(
      Type.Array(Type.String(), { description: 'expressions, all found in its output' }),
    ),
    rejects: Type.Optional(
      Type.Array(Type.String(), { description: 'expressions, none found in its output' }),
    ),
    json: Type.Optional(
      Type.Array(Type.Object({ at: Selector, is: Type.Union([Scalar, Type.Array(Scalar)]) }, closed), {
        description: 'values in its output, compared as text',
      }),
    ),
    sameAs: Type.Optional(
      Type.Object({ in: Place, command: Command }, { ...closed, description: 'prints the same output' }),
    ),
  },
  { ...closed, description: 'what is so before the next step may begin' },
);

const Step = Type.Object(
  {
    id: Id,
    title: words('what is done, in the imperative'),
    why: words('what would happen without it'),
    person: Type.Optional(words('what a person does by hand, and says when it is done')),
    do: Type.Optional(Action),
    until: Type.Array(Gate, { description: 'tried again until all hold' }),
    timeoutSeconds: Type.Integer({ minimum: 1 }),
    undo: Type.Object(
      { why: words('how things are after it, or why there is nothing to undo'), do: Type.Array(Action) },
      closed,
    ),
  },
  closed,
);

export const ProcedureSchema = Type.Object(
  {
    id: Id,
    title: words('what it does, in the imperative'),
    when: words('when to carry it out, and when not'),
    places: Type.Record(
      Type.String({ minLength: 1 }),
      Type.Object(
        {
          site: Type.Optional(words('the code of the site; none where the person sits')),
          prefix: Type.Array(Type.String(), { description: 'words before every command' }),
        },
        closed,
      ),
    ),
    steps: Type.Array(Step, { minItems: 1 }),
  },
  {
    ...closed,
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'plan',
    title: 'plan',
    description: 'A procedure: steps in order, each with its gate, its time and its way back.',
  },
);

export type Procedure = Static<typeof ProcedureSchema>;
export type Step = Static<typeof Step>;
export type Gate = Static<typeof Gate>;
export type Action = Static<typeof Action>;
export type Selector = Static<typeof Selector>;
