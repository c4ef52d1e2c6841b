import ajvCompiler from '@fastify/ajv-compiler';
import type { Ajv } from 'ajv';

type Validate = ((data: unknown) => boolean) & { errors?: unknown };
type Build = (
  schemas: unknown,
  options: { customOptions?: object },
) => (route: { httpPart?: string }) => Validate;
// Its types know of one compiler for all parts of a request only.
const build = ajvCompiler() as unknown as Build;

const choose: Build = (schemas, options) => {
  const reading = build(schemas, options);
  const typed = (more: object) =>
    build(schemas, { ...options, customOptions: { ...options.customOptions, coerceTypes: false, ...more } });
  const [exact, untilFirst] = [typed({}), typed({ allErrors: false })];
  return (route) =>
    route.httpPart === 'body'
      ? thorough({ quick: whenNeeded(() => untilFirst(route)), full: whenNeeded(() => exact(route)) })
      : whenNeeded(() => reading(route));
};

/** Values in a body whose complaints are all gathered. A list of a million wrong ones would take a gigabyte of them. */
const VALUES_MAX = 5000;

/** Gathers all that is wrong with a body that somebody may have typed, and of one that nobody typed the first thing. */
function thorough({ quick, full }: { quick: Validate; full: Validate }): Validate {
  const validate: Validate = (data) => {
    if (quick(data)) return true;
    const isAll = hasFewValues(data);
    if (isAll) full(data);
    validate.errors = (isAll ? full : quick).errors;
    return false;
  };
  return validate;
}

function hasFewValues(data: unknown): boolean {
  const left = [data];
  for (let seen = 0; left.length > 0; seen += 1) {
    const each = left.pop();
    if (typeof each !== 'object' || each === null) continue;
    const values = Object.values(each);
    if (seen + left.length + values.length > VALUES_MAX) return false;
    left.push(...values);
  }
  return true;
}

/** A validator that is made when something is first validated, for a start need not wait for those of all routes. */
function whenNeeded(make: () => Validate): Validate {
  let made: Validate | undefined;
  const validate: Validate = (data) => {
    made ??= make();
    const isValid = made(data);
    validate.errors = made.errors;
    return isValid;
  };
  return validate;
}

/** As the database writes them: the library lets capitals and `urn:uuid:` pass, which compare as others or as none. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const idsAsKept = (ajv: Ajv): void => void ajv.addFormat('uuid', UUID);

/**
 * Validators of requests: what stands in an address or a header is read as the number that it is to be, and one value as a list of
 * one; JSON has types of its own, and a body that says `true` for a name is wrong.
 */
export const bodiesAsTyped = choose as unknown as ReturnType<typeof ajvCompiler>;
