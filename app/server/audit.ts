import type { FastifyRequest } from 'fastify';
import type { Database } from './database/database.ts';

/** What was done to what. */
export interface Deed {
  /** A verb in the past after its noun: `session.begun`, `course.deleted`. */
  action: string;
  subject: {
    kind: 'person' | 'course' | 'file' | 'thread' | 'post' | 'notice' | 'site-page' | 'setting';
    id: string;
  };
  details?: Record<string, unknown>;
  /** Who did it, where that is not the person who is signed in. */
  actorId?: string;
}

/** Writes into the audit log, in the transaction of the deed itself where there is one. */
export async function audit(
  request: FastifyRequest,
  { action, subject, details = {}, actorId }: Deed,
  db: Pick<Database, 'insertInto'> = request.server.db,
): Promise<void> {
  await db
    .insertInto('audit_log')
    .values({
      actor_id: actorId ?? request.person?.id ?? null,
      action,
      subject_kind: subject.kind,
      subject_id: subject.id,
      address: request.clientAddress,
      details: JSON.stringify(details),
    })
    .execute();
}
