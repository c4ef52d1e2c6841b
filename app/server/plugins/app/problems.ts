import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { fieldProblems } from '#server/problems/fields.ts';
import {
  badRequest,
  internal,
  invalidRequest,
  notFound,
  tooLarge,
  unavailable,
  unreadableBody,
  unsupportedMedia,
} from '#server/problems/general.ts';
import { preferredLanguage } from '#server/problems/language.ts';
import { isOutage } from '#server/problems/outage.ts';
import { type Language, Problem, Refusal } from '#shared/problem.ts';
import { pathOf } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The language that this reader is answered in: the one they chose, or their browser's. */
    readonly language: Language;
  }
}

/** Tells every refusal as problem details in the reader's language, and nothing of our insides. */
export const problems = fp(
  async (app) => {
    app.addSchema(Problem);
    app.decorateRequest('language', {
      getter(this: FastifyRequest) {
        return this.person?.language ?? preferredLanguage(this.headers['accept-language']);
      },
    });
    app.setErrorHandler((error: FastifyError, request, reply) => {
      const refusal = refusalOf(error, request, app.initialConfig.bodyLimit ?? 0);
      if (refusal.statusCode >= 500)
        request.log.error({ err: error, traceId: request.served?.traceId }, 'request failed');
      return sendProblem(refusal, request, reply);
    });
  },
  { name: 'problems' },
);

export const unknownAddress = (request: FastifyRequest): Refusal =>
  notFound({ method: request.method, path: pathOf(request) });

export function sendProblem(refusal: Refusal, request: FastifyRequest, reply: FastifyReply) {
  // A request that never reached a route has none of ours.
  const language = request.language ?? preferredLanguage(request.headers['accept-language']);
  // What the thing itself would have been sent with.
  reply.removeHeader('etag').removeHeader('last-modified');
  return reply
    .code(refusal.statusCode)
    .headers({ 'content-language': language, 'cache-control': 'no-store', ...refusal.headers })
    .header('vary', 'accept-language')
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(refusal.in(language, request.id));
}

/** How long a client that found a part away should wait before asking again. */
const AWAY_SECONDS = '5';

function refusalOf(error: FastifyError, request: FastifyRequest, bytesMax: number): Refusal {
  if (error instanceof Refusal) return error;
  if (error.validation) {
    const { validation, validationContext = 'body' } = error;
    const part = validationContext === 'querystring' ? 'query' : validationContext;
    const errors = (language: Language) => fieldProblems(validation, part, language);
    return invalidRequest({ count: errors('fr').length }, { errors });
  }
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupportedMedia({ type: request.headers['content-type']?.slice(0, 80) ?? '-' });
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return tooLarge({ bytesMax });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return unreadableBody({});
  }
  if (isOutage(error)) return unavailable({}, { headers: { 'retry-after': AWAY_SECONDS } });
  const { statusCode = 500 } = error;
  return statusCode >= 400 && statusCode < 500 ? badRequest({}) : internal({});
}
