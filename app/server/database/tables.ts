import type { CourseTables } from './tables/courses.ts';
import type { PeopleTables } from './tables/people.ts';

/** The tables, as the migrations make them: a file of them for each feature. */
export interface Tables extends PeopleTables, CourseTables {}
