import fp from 'fastify-plugin';
import { documentationPage, documentationStyle, type OpenApiDocument } from '#server/documentation/page.ts';
import { API } from '#shared/contract.ts';

export const API_V1 = `${API.basePath}/v1`;

/** The OpenAPI document and a page to read it: without scripts, and without a request to anyone else. */
export const documentation = fp(
  async (app) => {
    const options = { schema: { hide: true }, config: { access: 'open' } } as const;
    app.get(`${API_V1}/openapi.json`, options, async () => app.swagger());
    app.get(`${API_V1}/documentation.css`, options, async (_request, reply) =>
      reply.type('text/css; charset=utf-8').send(documentationStyle),
    );
    let page: string | undefined;
    app.get(`${API_V1}/documentation`, options, async (_request, reply) => {
      page ??= documentationPage(app.swagger() as unknown as OpenApiDocument, {
        style: `${API_V1}/documentation.css`,
        source: `${API_V1}/openapi.json`,
      });
      return reply.type('text/html; charset=utf-8').send(page);
    });
  },
  { name: 'documentation', dependencies: ['openapi'] },
);
