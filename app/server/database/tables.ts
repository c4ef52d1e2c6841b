import type { AuditTables } from './tables/audit.ts';
import type { CourseTables } from './tables/courses.ts';
import type { ForumTables } from './tables/forum.ts';
import type { PeopleTables } from './tables/people.ts';
import type { TogetherTables } from './tables/together.ts';

/** The tables, as the migrations make them: a file of them for each feature. */
export interface Tables extends PeopleTables, AuditTables, CourseTables, ForumTables, TogetherTables {}
