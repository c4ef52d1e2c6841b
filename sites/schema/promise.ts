import { Type } from 'typebox';
import { PROMISES } from './choices.ts';
import { closed } from './values.ts';

// Named as strings, whose equality the validators need no library for.
export const Survives = Type.Array(
  Type.Unsafe<(typeof PROMISES)[number]>({
    type: 'string',
    enum: [...PROMISES],
    description: 'one loss that the platform outlives',
  }),
  {
    minItems: 1,
    maxItems: 3,
    uniqueItems: true,
    description:
      'what the whole platform promises to outlive; npm run check holds it to that (default: what database.survive says, and any-host)',
    examples: [['any-host', 'any-site']],
  },
);

export const Load = Type.Object(
  {
    students: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000_000,
        description: 'people with an account (default 50000)',
      }),
    ),
    requestsPerSecond: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000_000,
        description: 'requests to the API at the peak, all sites together (default 2 for each 100 students)',
      }),
    ),
    videoMegabytesPerSecond: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        description:
          'bytes of videos and other files at the peak, all sites together (default 1 for each 2000 students)',
      }),
    ),
  },
  { ...closed, title: 'load', description: 'what the platform has to bear at its peak' },
);
