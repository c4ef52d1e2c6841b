import { type Static, Type } from 'typebox';
import { Id, Moment } from './common.ts';
import { Page } from './page.ts';

export const Author = Type.Object(
  { id: Id, name: Type.String({ examples: ['Camille Fournier'] }) },
  { additionalProperties: false },
);

export const CourseFile = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['poly-chapitre-1.pdf'] }),
    mediaType: Type.String({ examples: ['application/pdf'] }),
    size: Type.Integer({ minimum: 0, description: 'Bytes' }),
  },
  { additionalProperties: false },
);

export const Section = Type.Object(
  { id: Id, title: Type.String(), body: Type.String({ description: 'In the format of the course' }) },
  { additionalProperties: false },
);

const told = {
  id: Id,
  title: Type.String({ examples: ['Suites et limites'] }),
  summary: Type.String(),
  subject: Type.String({ examples: ['Mathématiques'] }),
  level: Type.String({ examples: ['Licence 1'] }),
  language: Type.String({ examples: ['fr'] }),
  publishedAt: Type.Union([Moment, Type.Null()]),
  authors: Type.Array(Author),
};

/** A course as a list shows it. */
export const CourseItem = Type.Object(
  { ...told, sectionCount: Type.Integer(), fileCount: Type.Integer() },
  { $id: 'CourseItem', additionalProperties: false },
);
export type CourseItem = Static<typeof CourseItem>;

/** A course as its page shows it. */
export const Course = Type.Object(
  {
    ...told,
    format: Type.Union([Type.Literal('markdown'), Type.Literal('text')]),
    version: Type.Integer({ description: 'Goes up with each change' }),
    updatedAt: Moment,
    sections: Type.Array(Section),
    files: Type.Array(CourseFile),
  },
  { $id: 'Course', additionalProperties: false },
);
export type Course = Static<typeof Course>;

export const CoursePage = Page(CourseItem, { $id: 'CoursePage' });
export type CoursePage = Static<typeof CoursePage>;
