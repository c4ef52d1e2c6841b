import type { Generated } from 'kysely';
import type { Moment, Optional } from './columns.ts';

interface TogetherDocumentsTable {
  course_id: string;
  last_seq: Generated<number>;
  snapshot: Optional<Buffer>;
  snapshot_seq: Generated<number>;
  bytes: Generated<number>;
  published_seq: Generated<number>;
  course_version: Generated<number>;
}

interface TogetherUpdatesTable {
  course_id: string;
  seq: number;
  content: Buffer;
  at: Moment;
}

interface TogetherPresenceTable {
  course_id: string;
  server_id: string;
  content: Buffer;
  at: Moment;
}

/** Courses that several people write at once. */
export interface TogetherTables {
  together_documents: TogetherDocumentsTable;
  together_updates: TogetherUpdatesTable;
  together_presence: TogetherPresenceTable;
}
