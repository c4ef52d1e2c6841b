import type { FastifyRequest } from 'fastify';

/** Files that were built, each with a route of its own and at every build another name. */
const BUILT = '/assets/';

/** The template of a request's route, of which there are few, whatever is asked; undefined where no route answers. */
export function routeName({ routeOptions: { url } }: FastifyRequest): string | undefined {
  return url?.startsWith(BUILT) ? `${BUILT}*` : url;
}
