import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';

type Build = ReturnType<typeof SerializerSelector>;

/**
 * Serializers of answers, each made when an answer first needs it: routes have a schema for each of their refusals, most of which are
 * never given, and making all of them took a fifth of a start.
 */
export const serializersWhenNeeded: Build = (schemas, options) => {
  const build = SerializerSelector()(schemas, options);
  return (route) => {
    let serialize: ReturnType<typeof build> | undefined;
    return (answer) => {
      serialize ??= build(route);
      return serialize(answer);
    };
  };
};
