/** What an operation does that its answers' headers tell of. */
export interface Operation {
  method: string;
  /** Whether it counts for the ceiling on changes. */
  isCounted: boolean;
  /** Whether it may come again under an idempotency key. */
  hasKey: boolean;
}

const text = (description: string, example: string) => ({ type: 'string', description, examples: [example] });
const count = (description: string, example: number) => ({
  type: 'integer',
  description,
  examples: [example],
});

const ETAG = {
  etag: text('What was read, for If-None-Match and If-Match', '"3-2jmj7l5rSw0yVb_vlWAYkK_YBwk"'),
};
const LOCATION = {
  location: text('Where that is which was made', '/api/v1/courses/6f9c6d3e-3c1b-4b69-9f5d-0d9b1a3c7e21'),
};
const RETRY_AFTER = { 'retry-after': count('Seconds after which to come again', 5) };
const REPLAYED = {
  'idempotency-replayed': text('`true`: it was done before, and this is what was answered then', 'true'),
};
const RATE_LIMIT = {
  'ratelimit-limit': count('Changes in a minute', 300),
  'ratelimit-remaining': count('Changes that are left of them', 299),
  'ratelimit-reset': count('Seconds until there are as many again', 60),
};

/** Headers that an answer of that status may have, as the OpenAPI document tells them. */
export function answerHeaders(status: number, { method, isCounted, hasKey }: Operation): object {
  const isDone = status < 300;
  return {
    ...(status === 304 || (isDone && method !== 'DELETE') ? ETAG : {}),
    ...(status === 201 ? LOCATION : {}),
    ...(isCounted ? RATE_LIMIT : {}),
    ...(hasKey && isDone ? REPLAYED : {}),
    ...([409, 429, 503].includes(status) ? RETRY_AFTER : {}),
  };
}
