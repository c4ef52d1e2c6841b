import { Type } from 'typebox';

const DESCRIPTIONS: Record<number, string> = {
  400: 'The request cannot be understood; `errors` says which fields',
  401: 'Nobody is signed in',
  403: 'Not allowed to the person who is signed in',
  404: 'There is no such thing, or it is not shown to the caller',
  409: 'The present state forbids it',
  410: 'It was used already, or its time is over',
  412: 'It has changed since it was read',
  413: 'Too large',
  415: 'A media type that is not accepted',
  416: 'The file has no such range; `Content-Range` says how long it is',
  422: 'The same idempotency key came with another request',
  426: 'This address answers by WebSocket only',
  428: 'If-Match is needed',
  429: 'Too many requests; `Retry-After` says when to come again',
  500: 'An error of ours',
  501: 'This platform does not have what it takes',
  503: 'A part that is needed is away for a moment; `Retry-After` says when to come again',
};
const ALWAYS = [500, 503];

/** The documented refusals of a route, those that any route may give included. */
export const refuses = (...statuses: number[]) =>
  Object.fromEntries(
    [...statuses, ...ALWAYS].map((status) => [
      status,
      {
        description: DESCRIPTIONS[status] ?? '',
        content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
      },
    ]),
  );
