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
  const exact = build(schemas, {
    ...options,
    customOptions: { ...options.customOptions, coerceTypes: false },
  });
  return (route) => whenNeeded(() => (route.httpPart === 'body' ? exact : reading)(route));
};

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
