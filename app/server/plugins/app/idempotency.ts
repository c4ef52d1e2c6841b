import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { type IdempotentRequest, idempotentRequest, requestUnderWay } from '#server/database/idempotent.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { type Sealing, sealingBy } from '#server/security/sealing.ts';
import { problemKind } from '#shared/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** How this request's answer is kept; null without a key. */
    answerSealing: Sealing | null;
  }
}

/** A first request that has not answered for so long died with its server, and may be sent again. */
const DEAD_AFTER = '20 seconds';

const keyUsed = problemKind('idempotency-key-used', 422, {
  fr: {
    title: 'Clé déjà utilisée',
    detail: () => 'Cette clé d’idempotence accompagnait une autre demande ; prenez-en une nouvelle.',
  },
  en: {
    title: 'Key already used',
    detail: () => 'This idempotency key came with another request; take a new one.',
  },
});
const unreadableKey = problemKind('idempotency-key-unreadable', 400, {
  fr: {
    title: 'Clé illisible',
    detail: () => 'Idempotency-Key doit compter de 1 à 200 caractères ASCII sans espace.',
  },
  en: {
    title: 'Unreadable key',
    detail: () => 'Idempotency-Key must be 1 to 200 ASCII characters without a space.',
  },
});

const KEY = /^[!-~]{1,200}$/;
/** The header, as the document tells it. */
export const IDEMPOTENCY_KEY = {
  type: 'string',
  pattern: KEY.source,
  description: 'Sent again with the same key, this is done once and gets the first answer',
  examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'],
};

interface Kept {
  request_digest: string;
  status: number | null;
  body: string | null;
  media_type: string | null;
  headers: string | null;
}
/** What a request asks for beside its address and its body. */
const ASKING_HEADERS = ['if-match', 'upload-length', 'upload-metadata'];
/** What belongs to the answer, and not to the one time that it was given. */
const KEPT_HEADERS = ['location', 'etag', 'content-language', 'cache-control', 'tus-resumable'];

const CLAIM_KEY = sql`insert into idempotency_keys as k (person_id, key, request_digest) values ($1, $2, $3)
  on conflict (person_id, key) do update set created_at = now()
    where k.status is null and k.request_digest = excluded.request_digest
      and (k.outcome is not null or k.created_at < now() - $4::interval)
  returning key`;

/**
 * A POST that comes with an `Idempotency-Key` is done once: sent again, as after a lost connection, it gets the first
 * one's answer. Where the server died between doing it and answering, the route runs again, and its transaction gives what it gave.
 * Keys are a person's own and are kept for a day; visitors have none. Requests hold passwords and answers hold links into courses:
 * what is kept of them nobody reads who has not the key, of which only a digest is kept.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const idempotency = fp(
  async (app) => {
    app.decorateRequest('answerSealing', null);

    /** The request as one that may come again; null for one without a key, and 'answered' for one that was done before. */
    const claim = async (
      request: FastifyRequest,
      reply: FastifyReply,
    ): Promise<IdempotentRequest | null | 'answered'> => {
      const key = request.headers['idempotency-key'];
      if (key === undefined || !request.person) return null;
      if (typeof key !== 'string' || !KEY.test(key)) throw unreadableKey({});
      const owner = request.person.id;
      const sealing = sealingBy(owner, key, 'idempotency key');
      const digest = sealing.digest([
        request.url,
        request.body ?? null,
        ...ASKING_HEADERS.map((name) => request.headers[name] ?? null),
      ]);
      const [claimed] = await query(app.db, CLAIM_KEY, [owner, sealing.name, digest, DEAD_AFTER]);
      if (claimed) {
        request.answerSealing = sealing;
        return { personId: owner, sealing, isBegun: false };
      }
      const [kept] = await query<Kept>(
        app.db,
        sql`select request_digest, status, body, media_type, headers from idempotency_keys where person_id = $1 and key = $2`,
        [owner, sealing.name],
      );
      if (kept && kept.request_digest !== digest) throw keyUsed({});
      if (!kept || kept.status === null) throw requestUnderWay();
      reply.code(kept.status).header('idempotency-replayed', 'true');
      reply.headers(JSON.parse(kept.headers ?? '{}'));
      if (kept.media_type) reply.type(kept.media_type);
      reply
        .serializer((body: unknown) => body as string)
        .send(kept.body === null ? '' : sealing.open(kept.body));
      return 'answered';
    };
    const claiming = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
      claim(request, reply).then((claimed) => {
        if (claimed === null) done();
        else if (claimed !== 'answered') idempotentRequest.run(claimed, done);
      }, done);
    };

    const keep = async <Payload>(request: FastifyRequest, reply: FastifyReply, payload: Payload) => {
      const sealing = request.answerSealing;
      if (sealing === null || !request.person) return payload;
      request.answerSealing = null;
      if (reply.statusCode >= 500 || reply.statusCode === 429) await forget(request, sealing);
      else {
        await query(
          app.db,
          sql`update idempotency_keys set status = $3, body = $4, media_type = $5, headers = $6, outcome = null
           where person_id = $1 and key = $2 and status is null`,
          [
            request.person.id,
            sealing.name,
            reply.statusCode,
            typeof payload === 'string' || Buffer.isBuffer(payload) ? sealing.seal(String(payload)) : null,
            String(reply.getHeader('content-type') ?? '') || null,
            JSON.stringify(
              Object.fromEntries(
                KEPT_HEADERS.flatMap((name) =>
                  reply.hasHeader(name) ? [[name, reply.getHeader(name)]] : [],
                ),
              ),
            ),
          ],
        );
      }
      return payload;
    };

    app.addHook('onRoute', (route) => {
      if (![route.method].flat().includes('POST')) return;
      const answers = route.schema?.response as object | undefined;
      if (route.schema && answers) route.schema.response = { ...refuses(400, 409, 422), ...answers };
      route.preHandler = [claiming, ...[route.preHandler ?? []].flat()];
      route.onSend = [keep, ...[route.onSend ?? []].flat()];
    });

    /** What failed on our side may be tried again under the same key; what was done before it failed is not done again. */
    async function forget(request: FastifyRequest, { name }: Sealing): Promise<void> {
      await query(
        app.db,
        sql`delete from idempotency_keys where person_id = $1 and key = $2 and outcome is null and status is null`,
        [request.person!.id, name],
      ).catch((error) => request.log.warn({ err: error }, 'an idempotency key could not be forgotten'));
    }
  },
  { name: 'idempotency', dependencies: ['access'] },
);
