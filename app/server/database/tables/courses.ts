import type { ColumnType, Generated } from 'kysely';
import type { GivenMoment, Moment, Optional, OptionalMoment } from './columns.ts';

interface CoursesTable {
  id: Generated<string>;
  title: string;
  summary: string;
  subject: string;
  level: string;
  language: Generated<string>;
  format: Generated<'markdown' | 'text'>;
  visibility: Generated<'public' | 'invitation'>;
  state: Generated<'draft' | 'published' | 'archived' | 'deleted'>;
  version: Generated<number>;
  created_at: Moment;
  updated_at: Moment;
  published_at: OptionalMoment;
  tags: Generated<string[]>;
  state_at: Moment;
  rating_count: Generated<number>;
  rating_sum: Generated<number>;
  rating_rank: Generated<number>;
  quota_bytes: Optional<number>;
}

interface CourseRevisionsTable {
  course_id: string;
  version: number;
  person_id: Optional<string>;
  at: Moment;
  content: ColumnType<object, string, never>;
}

interface EnrolmentsTable {
  person_id: string;
  course_id: string;
  at: Moment;
}

interface SectionProgressTable {
  person_id: string;
  course_id: string;
  section_id: string;
  at: Moment;
}

/** Progress in sections that were taken out of their course. */
interface FormerProgressTable extends SectionProgressTable {
  removed_at: Moment;
}

interface PlacesTable {
  person_id: string;
  course_id: string;
  section_id: string;
  file: Optional<string>;
  seconds: Generated<number>;
  at: Moment;
}

interface NotesTable {
  person_id: string;
  course_id: string;
  section_id: string;
  body: string;
  updated_at: Moment;
}

interface RatingsTable {
  course_id: string;
  person_id: string;
  score: number;
  at: Moment;
}

interface InvitationsTable {
  id: Generated<string>;
  course_id: string;
  token_hash: string;
  email: Optional<string>;
  /** What it makes of the one who accepts it. */
  kind: Generated<'follower' | 'author'>;
  created_by: Optional<string>;
  created_at: Moment;
  expires_at: GivenMoment;
  revoked_at: OptionalMoment;
  used_count: Generated<number>;
}

interface CourseAuthorsTable {
  course_id: string;
  person_id: string;
  position: number;
}

interface SectionsTable {
  id: Generated<string>;
  course_id: string;
  position: number;
  title: string;
  body: string;
}

interface FilesTable {
  id: Generated<string>;
  course_id: string;
  name: string;
  media_type: string;
  size: number;
  sha256: string;
  created_at: Moment;
  uploaded_by: Optional<string>;
  key: Optional<string>;
}

interface UploadsTable {
  id: string;
  course_id: string;
  person_id: string;
  name: string;
  size: number;
  received: Generated<number>;
  metadata: Generated<string>;
  sha256: Optional<string>;
  created_at: Moment;
  last_piece_at: Moment;
  replaces: Optional<string>;
}

/** Courses and what belongs to them. */
export interface CourseTables {
  courses: CoursesTable;
  course_authors: CourseAuthorsTable;
  sections: SectionsTable;
  files: FilesTable;
  uploads: UploadsTable;
  course_revisions: CourseRevisionsTable;
  enrolments: EnrolmentsTable;
  section_progress: SectionProgressTable;
  former_progress: FormerProgressTable;
  places: PlacesTable;
  notes: NotesTable;
  ratings: RatingsTable;
  invitations: InvitationsTable;
}
