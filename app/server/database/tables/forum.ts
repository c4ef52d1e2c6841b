import type { Generated } from 'kysely';
import type { GivenMoment, Moment, Optional, OptionalMoment } from './columns.ts';

interface ThreadsTable {
  id: Generated<string>;
  course_id: string;
  section_id: Optional<string>;
  author_id: Optional<string>;
  title: string;
  body: string;
  version: Generated<number>;
  score: Generated<number>;
  post_count: Generated<number>;
  accepted_id: Optional<string>;
  pinned: Generated<boolean>;
  locked: Generated<boolean>;
  created_at: Moment;
  edited_at: OptionalMoment;
  active_at: Moment;
  removed_at: OptionalMoment;
}

interface PostsTable {
  id: Generated<string>;
  thread_id: string;
  author_id: Optional<string>;
  body: string;
  version: Generated<number>;
  score: Generated<number>;
  created_at: Moment;
  edited_at: OptionalMoment;
  removed_at: OptionalMoment;
}

interface ForumEditsTable {
  subject_id: string;
  version: number;
  title: Optional<string>;
  body: string;
  at: Moment;
}

interface ForumVotesTable {
  subject_id: string;
  person_id: string;
  value: number;
}

interface ReportsTable {
  id: Generated<string>;
  course_id: string;
  subject_kind: 'thread' | 'post';
  subject_id: string;
  reporter_id: Optional<string>;
  reason: string;
  at: Moment;
  outcome: Optional<'kept' | 'removed'>;
  decided_by: Optional<string>;
  decided_at: OptionalMoment;
}

interface NotificationsTable {
  id: Generated<string>;
  person_id: string;
  kind: 'answer' | 'mention' | 'accepted' | 'report' | 'question';
  actor_id: Optional<string>;
  thread_id: string;
  post_id: Optional<string>;
  at: Moment;
  read_at: OptionalMoment;
  mailed_at: OptionalMoment;
}

interface UnsubscriptionsTable {
  token_hash: string;
  person_id: string;
  expires_at: GivenMoment;
}

/** What people ask and answer, and what they are notified of. */
export interface ForumTables {
  threads: ThreadsTable;
  posts: PostsTable;
  forum_edits: ForumEditsTable;
  forum_votes: ForumVotesTable;
  reports: ReportsTable;
  notifications: NotificationsTable;
  unsubscriptions: UnsubscriptionsTable;
}
