import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

const READ = Symbol('read');
declare module 'fastify' {
  interface FastifyRequest {
    [READ]: FastifyRequest['routeOptions'] | null;
    /** What `routeOptions` says, which is put together again each time that it is asked for. */
    readonly route: FastifyRequest['routeOptions'];
  }
}

/** The route of a request, for the many who ask for it. */
export const route = fp(
  async (app) => {
    app.decorateRequest(READ, null);
    app.decorateRequest('route', {
      getter() {
        this[READ] ??= this.routeOptions;
        return this[READ];
      },
    });
  },
  { name: 'route' },
);

/** Files that were built, each with a route of its own and at every build another name. */
const BUILT = '/assets/';

/** The template of a request's route, of which there are few, whatever is asked; undefined where no route answers. */
export function routeName({ route: { url } }: FastifyRequest): string | undefined {
  return url?.startsWith(BUILT) ? `${BUILT}*` : url;
}

/** The address that was asked, without its question. */
export function pathOf({ url }: FastifyRequest): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
