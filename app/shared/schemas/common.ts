import { type TProperties, type TSchema, Type } from 'typebox';

/** What a schema's `x-typed` says of a text: a line, such as a name; a text, such as a message; a document, whose every space its author meant. */
export type Typed = 'line' | 'text' | 'document';

/** An object that holds these fields and no others. */
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
const UNWRITTEN = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ud800-\\udfff';
const beyond = (from: number, to: number) => `${String.fromCodePoint(from)}-${String.fromCodePoint(to)}`;
/**
 * Letters that nobody sees: Default_Ignorable_Code_Point, interlinear annotations and the blank of Braille. Written out, for not every
 * program that reads our document knows the names of Unicode. @see https://www.unicode.org/Public/17.0.0/ucd/DerivedCoreProperties.txt
 */
const UNSEEN = `\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb${beyond(0x1bca0, 0x1bca3)}${beyond(0x1d173, 0x1d17a)}${beyond(0xe0000, 0xe0fff)}`;
const SPACES = ' \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000';
const UNKEPT = '\\u0000\\ud800-\\udfff';
const CONTROLS = '\\u0001-\\u001f\\u007f-\\u009f';

const LINE = `^[${SPACES}${UNSEEN}]*[^\\s${UNWRITTEN}${UNSEEN}][^${UNWRITTEN}]*$`;
const ofLine = new RegExp(LINE, 'u');
/** Whether a text that did not come by a schema may be a line. */
export const isLine = (text: string): boolean => ofLine.test(text);

/**
 * A line that a person typed, taken as `asTyped` keeps it: with a letter that is seen, without line breaks or what else nobody writes. A text
 * that is too long is tried as well, so each letter fits one part of the pattern only: what is not seen, the first letter that is, the rest.
 */
export const Line = (maxLength: number, options: object = {}) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: LINE,
    'x-typed': 'line' satisfies Typed,
    ...options,
  });

/** A longer text that a person typed; may be empty. No NUL, which databases refuse, and no half of a character. */
export const Text = (maxLength: number, options: object = {}) =>
  Type.String({ maxLength, pattern: `^[^${UNKEPT}]*$`, 'x-typed': 'text' satisfies Typed, ...options });

/** A longer text that says something: one letter of it at least is seen. */
export const Words = (maxLength: number, options: object = {}) =>
  Text(maxLength, {
    minLength: 1,
    pattern: `^[\\s${CONTROLS}${UNSEEN}]*[^\\s${UNKEPT}${CONTROLS}${UNSEEN}][^${UNKEPT}]*$`,
    ...options,
  });

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
