import { type TSchema, Type } from 'typebox';

/** A cursor, which the server alone reads: of a moment and an id. */
const CURSOR = 'WyIyMDI2LTA5LTAxVDA4OjAwOjAwLjAwMFoiLCI2ZjljNmQzZS0zYzFiLTRiNjktOWY1ZC0wZDliMWEzYzdlMjEiXQ';

/** A page of a list: its items, and where the next one begins. */
export const Page = <Item extends TSchema>(item: Item, options: object = {}) =>
  Type.Object(
    {
      items: Type.Array(item),
      next: Type.Union([Type.String({ examples: [CURSOR] }), Type.Null()], {
        description: 'The cursor of the next page; null at the end',
      }),
    },
    { additionalProperties: false, ...options },
  );
