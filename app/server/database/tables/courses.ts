import type { Generated } from 'kysely';
import type { Moment, OptionalMoment } from './columns.ts';

export interface CoursesTable {
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
}

export interface CourseAuthorsTable {
  course_id: string;
  person_id: string;
  position: number;
}

export interface SectionsTable {
  id: Generated<string>;
  course_id: string;
  position: number;
  title: string;
  body: string;
}

export interface FilesTable {
  id: Generated<string>;
  course_id: string;
  name: string;
  media_type: string;
  size: number;
  sha256: string;
  created_at: Moment;
}

/** Courses and what belongs to them. */
export interface CourseTables {
  courses: CoursesTable;
  course_authors: CourseAuthorsTable;
  sections: SectionsTable;
  files: FilesTable;
}
