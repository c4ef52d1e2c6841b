import type { Generated } from 'kysely';
import type { Moment, Optional, OptionalMoment } from './columns.ts';

export interface ThreadsTable {
  id: Generated<string>;
  course_id: string;
  person_id: Optional<string>;
  title: string;
  /** 1 for a pinned thread, which stands first. */
  pinned: Generated<number>;
  locked: Generated<boolean>;
  accepted_post_id: Optional<string>;
  answer_count: Generated<number>;
  created_at: Moment;
  active_at: Moment;
}

export interface PostsTable {
  id: Generated<string>;
  thread_id: string;
  person_id: Optional<string>;
  opening: Generated<boolean>;
  body: string;
  score: Generated<number>;
  version: Generated<number>;
  created_at: Moment;
  edited_at: OptionalMoment;
  deleted_at: OptionalMoment;
  deleted_by: Optional<string>;
}

export interface PostRevisionsTable {
  post_id: string;
  version: number;
  person_id: Optional<string>;
  body: string;
  at: Moment;
}

export interface PostVotesTable {
  post_id: string;
  person_id: string;
  at: Moment;
}

export interface PostMentionsTable {
  post_id: string;
  person_id: string;
}

export interface PostReportsTable {
  post_id: string;
  person_id: string;
  course_id: string;
  reason: string;
  at: Moment;
  resolved_at: OptionalMoment;
  resolved_by: Optional<string>;
}

export interface NotificationsTable {
  id: Generated<string>;
  person_id: string;
  kind: 'question' | 'answer' | 'mention' | 'accepted' | 'report';
  thread_id: string;
  post_id: string;
  actor_id: Optional<string>;
  created_at: Moment;
  read_at: OptionalMoment;
  mailed_at: OptionalMoment;
}

export interface NotificationPreferencesTable {
  person_id: string;
  digest: Generated<boolean>;
  muted: Generated<string[]>;
  token: Generated<string>;
  digest_at: OptionalMoment;
}

/** The forum of each course, and what people are told of it. */
export interface ForumTables {
  threads: ThreadsTable;
  posts: PostsTable;
  post_revisions: PostRevisionsTable;
  post_votes: PostVotesTable;
  post_mentions: PostMentionsTable;
  post_reports: PostReportsTable;
  notifications: NotificationsTable;
  notification_preferences: NotificationPreferencesTable;
}
