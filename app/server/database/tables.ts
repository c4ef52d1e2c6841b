import type { ColumnType, Generated } from 'kysely';

/** A moment, to the millisecond; the database says the present one by itself. */
export type Moment = ColumnType<Date, Date | string | undefined, Date | string>;
export type OptionalMoment = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export type Role = 'student' | 'teacher' | 'administrator';

export interface PeopleTable {
  id: Generated<string>;
  email: string;
  name: string;
  role: Role;
  created_at: Moment;
}

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

/** The tables, as the migrations make them. */
export interface Tables {
  people: PeopleTable;
  courses: CoursesTable;
  course_authors: CourseAuthorsTable;
  sections: SectionsTable;
  files: FilesTable;
}
