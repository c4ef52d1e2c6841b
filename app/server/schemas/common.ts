import { type TProperties, type TSchema, Type } from 'typebox';

/** An object that holds these fields and no others, whoever sends it. */
export const Fields = <Properties extends TProperties>(properties: Properties, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** One of a few words. */
export const OneOf = <Words extends string[]>(...words: Words) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: words });

export const OrNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const Id = Type.String({ format: 'uuid', examples: ['6f9c6d3e-3c1b-4b69-9f5d-0d9b1a3c7e21'] });
export const Moment = Type.String({ format: 'date-time', examples: ['2026-09-01T08:00:00.000Z'] });
/** Path parameters of everything that has an id. */
export const IdParams = Type.Object({ id: Id });

/** Control characters, which would reach headers, logs and letters; halves of characters, which would be kept as something else. */
const UNWRITTEN = '\\u0000-\\u001f\\u007f\\u2028\\u2029\\ud800-\\udfff';

/**
 * A line that a person typed: not empty, not only spaces, without line breaks or what else nobody writes. A text that is too long is
 * tried as well, so each letter fits one part of the pattern only: spaces, the first letter that is none, the rest.
 */
export const Line = (maxLength: number, options: object = {}) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: `^[^\\S${UNWRITTEN}]*[^\\s${UNWRITTEN}][^${UNWRITTEN}]*$`,
    ...options,
  });

/** A longer text that a person typed; may be empty. No NUL, which databases refuse, and no half of a character. */
export const Text = (maxLength: number, options: object = {}) =>
  Type.String({ maxLength, pattern: '^[^\\u0000\\ud800-\\udfff]*$', ...options });

/** The header of a change to something that has versions; `versionRead` refuses a change without it. */
export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ maxLength: 200, description: 'ETag of the version that was read', examples: ['"3"'] }),
  ),
});

/** How many there are of something. */
export const Count = (options: object = {}) => Type.Integer({ minimum: 0, examples: [3], ...options });
/** Bytes of something. */
export const Bytes = (options: object = {}) =>
  Count({ description: 'Bytes', examples: [2_411_724], ...options });
/** Goes up with each change. */
export const Version = Type.Integer({ minimum: 1, description: 'Goes up with each change', examples: [3] });
/** A few words of a text, as an example. */
export const WORDS = { examples: ['Soit u une suite croissante et majorée.'] };

/** Nothing to say but that it was done. */
export const Nothing = Type.Null({ description: 'Done' });
