import { type Static, Type } from 'typebox';
import {
  Bytes,
  Count,
  Fields,
  Id,
  Line,
  Moment,
  OneOf,
  OrNull,
  Text,
  type Typed,
  Version,
  WORDS,
} from './common.ts';
import { Page } from './page.ts';

export const Author = Type.Object(
  { id: Id, name: Type.String({ examples: ['Camille Fournier'] }) },
  { additionalProperties: false },
);

const Teaching = Type.Object(
  {
    ...Author.properties,
    about: Type.String({
      description: 'What they write of themselves; may be empty',
      examples: ['Enseigne les maths à Colmar.'],
    }),
  },
  { additionalProperties: false },
);

const CourseFile = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['poly-chapitre-1.pdf'] }),
    mediaType: Type.String({ examples: ['application/pdf'] }),
    size: Bytes(),
  },
  { additionalProperties: false },
);

const Section = Type.Object(
  {
    id: Id,
    title: Type.String({ examples: ['Définitions'] }),
    body: Type.String({ description: 'In the format of the course', ...WORDS }),
  },
  { additionalProperties: false },
);

export const CourseState = OneOf('draft', 'published', 'archived', 'deleted');
export const Visibility = OneOf('public', 'invitation');
const Tag = Line(40, { examples: ['probabilités'] });
const SUMMARY = { examples: ['Ce qu’est une limite, et comment la trouver.'] };
const Score = Type.Integer({ minimum: 0, maximum: 100, examples: [85] });
const Rating = Fields({
  count: Count({ description: 'How many students rated it' }),
  mean: OrNull(Type.Number({ description: 'Out of 100; null without ratings', examples: [87.5] })),
});

const summaryFields = {
  id: Id,
  title: Type.String({ examples: ['Suites et limites'] }),
  summary: Type.String(SUMMARY),
  subject: Type.String({ examples: ['Mathématiques'] }),
  level: Type.String({ examples: ['Licence 1'] }),
  language: Type.String({ examples: ['fr'] }),
  tags: Type.Array(Type.String({ examples: ['probabilités'] })),
  visibility: Visibility,
  state: CourseState,
  publishedAt: OrNull(Moment),
  authors: Type.Array(Author),
  rating: Rating,
};

/** A course as a list shows it. */
export const CourseItem = Type.Object(
  { ...summaryFields, sectionCount: Count(), fileCount: Count() },
  { $id: 'CourseItem', additionalProperties: false },
);
export type CourseItem = Static<typeof CourseItem>;

/** What a course is to the caller; null for visitors and strangers alike. */
const Involvement = Fields({
  author: Type.Boolean(),
  enrolled: Type.Boolean(),
  done: Type.Array(Id, { description: 'Sections that I have worked through' }),
  score: OrNull(Score),
});

/** A course as its page shows it. */
export const Course = Type.Object(
  {
    ...summaryFields,
    authors: Type.Array(Teaching),
    format: Type.Union([Type.Literal('markdown'), Type.Literal('text')]),
    version: Version,
    updatedAt: Moment,
    sections: Type.Array(Section),
    files: Type.Array(CourseFile),
    mine: OrNull(Involvement),
  },
  { $id: 'Course', additionalProperties: false },
);
export type Course = Static<typeof Course>;

const Heading = Type.Object(
  {
    id: Id,
    title: Type.String({ examples: ['Définitions'] }),
    minutes: Count({ description: 'What reading it takes most people' }),
  },
  { additionalProperties: false },
);
/** A course without its texts, which its readers get one by one. */
export const CourseOutline = Type.Object(
  { ...Course.properties, sections: Type.Array(Heading) },
  { $id: 'CourseOutline', additionalProperties: false },
);
export type CourseOutline = Static<typeof CourseOutline>;

/** A section as its page shows it. */
export const SectionText = Type.Object(
  {
    id: Id,
    title: Type.String({ examples: ['Définitions'] }),
    html: Type.String({
      description: 'Its text as HTML, to be shown as it is; authors find notes for them in it',
      examples: ['<p>Soit <em>u</em> une suite croissante et majorée.</p>'],
    }),
  },
  { $id: 'SectionText', additionalProperties: false },
);
export type SectionText = Static<typeof SectionText>;

/** A text that its author wants to see drawn. */
export const TextToDraw = Fields({
  title: Type.Optional(Line(200, { description: 'For refusals to name it', examples: ['Définitions'] })),
  body: Text(200_000, { 'x-typed': 'document' satisfies Typed, ...WORDS }),
});
export const Preview = Fields({
  html: Type.String({
    description: 'The text as HTML, to be shown as it is, with notes for its author in it',
    examples: ['<p>Soit <em>u</em> une suite croissante et majorée.</p>'],
  }),
});

const CourseItems = Page(CourseItem);
export const CoursePage = Fields(
  {
    ...CourseItems.properties,
    suggestion: Type.Optional(
      Line(400, {
        description: 'Where a question found nothing: the same as courses spell it, which finds something',
        examples: ['langage'],
      }),
    ),
  },
  { $id: 'CoursePage' },
);
export type CoursePage = Static<typeof CoursePage>;

const Facet = Type.Array(
  Fields({ value: Type.String({ examples: ['Mathématiques'] }), count: Count({ examples: [12] }) }),
  { description: 'Those of most courses first' },
);
/** What narrows a search, with how many courses it would leave. */
export const CourseFacets = Fields(
  {
    total: Count({ description: 'Courses that the search finds', examples: [42] }),
    subjects: Facet,
    levels: Facet,
    languages: Facet,
    tags: Facet,
    lengths: Facet,
    withVideo: Count(),
    withSubtitles: Count(),
  },
  { $id: 'CourseFacets' },
);
export type CourseFacets = Static<typeof CourseFacets>;

const written = {
  title: Line(200, { examples: ['Suites et limites'] }),
  summary: Text(2000, SUMMARY),
  subject: Line(80, { examples: ['Mathématiques'] }),
  level: Line(80, { examples: ['Licence 1'] }),
  language: OneOf('fr', 'en'),
  format: OneOf('markdown', 'text'),
  visibility: Visibility,
  tags: Type.Array(Tag, { maxItems: 12, description: 'One that comes twice is kept once' }),
};

/** What a new course begins with. */
export const NewCourse = Fields({
  ...written,
  language: Type.Optional(written.language),
  format: Type.Optional(written.format),
  visibility: Type.Optional(written.visibility),
  tags: Type.Optional(written.tags),
});
export type NewCourse = Static<typeof NewCourse>;

export const CourseChange = Type.Partial(Fields(written), { minProperties: 1, additionalProperties: false });
export type CourseChange = Static<typeof CourseChange>;

/** The sections of a course, in order; one without an id is new, and one that is left out goes. */
export const Sections = Fields({
  sections: Type.Array(
    Fields({
      id: Type.Optional(Id),
      title: Line(200, { examples: ['Définitions'] }),
      body: Text(200_000, { 'x-typed': 'document' satisfies Typed, ...WORDS }),
    }),
    {
      maxItems: 200,
    },
  ),
});
export type Sections = Static<typeof Sections>;

export const StateChange = Fields({ state: CourseState });
export const ScoreChange = Fields({ score: Score });
export const ProgressChange = Fields({ done: Type.Boolean() });

/** What a course said at a version. */
const RevisionItem = Fields(
  { version: Version, at: Moment, author: OrNull(Author) },
  { $id: 'RevisionItem' },
);
export const RevisionPage = Page(RevisionItem, { $id: 'RevisionPage' });
export const Revision = Fields(
  {
    version: Version,
    at: Moment,
    content: Fields({
      title: summaryFields.title,
      summary: summaryFields.summary,
      subject: summaryFields.subject,
      level: summaryFields.level,
      language: summaryFields.language,
      format: Type.String({ examples: ['markdown'] }),
      tags: summaryFields.tags,
      sections: Type.Array(Section),
    }),
    changes: Type.Array(
      Fields({
        where: Type.String({ description: 'A field, or the title of a section', examples: ['Définitions'] }),
        lines: Type.Array(Fields({ kind: OneOf('same', 'added', 'removed'), text: Type.String(WORDS) })),
      }),
      { description: 'What differs from the version before, or from the one that was named' },
    ),
  },
  { $id: 'Revision' },
);
export type Revision = Static<typeof Revision>;
export type RevisionContent = Revision['content'];

/** A way into a course. */
export const Invitation = Fields(
  {
    id: Id,
    email: OrNull(
      Type.String({
        description:
          'The address, as it was typed, for the letter; null for a link for many. An author’s is sent to teachers alone',
        examples: ['lou@example.fr'],
      }),
    ),
    kind: OneOf('follower', 'author'),
    createdAt: Moment,
    expiresAt: Moment,
    revokedAt: OrNull(Moment),
    usedCount: Count(),
  },
  { $id: 'Invitation' },
);
export type Invitation = Static<typeof Invitation>;
export const InvitationPage = Page(Invitation, { $id: 'InvitationPage' });
export type InvitationPage = Static<typeof InvitationPage>;

/** A person who follows a course, as its authors see them. */
const Follower = Fields(
  { person: Author, at: Moment, doneCount: Count({ description: 'Sections worked through' }) },
  { $id: 'Follower' },
);

/** How a course is followed, as its authors see it. */
export const CourseStatistics = Fields(
  {
    followers: Count(),
    finished: Count({ description: 'Followers who have worked all sections through' }),
    weeks: Type.Array(
      Fields({
        from: Type.String({
          format: 'date',
          description: 'The Monday of the week',
          examples: ['2026-09-07'],
        }),
        enrolled: Count({ description: 'Of those who follow it now' }),
      }),
      { description: 'The last twelve, the running one last' },
    ),
    sections: Type.Array(
      Fields({
        id: Id,
        title: Type.String({ examples: ['Définitions'] }),
        done: Count({ description: 'Followers who worked it through' }),
      }),
    ),
    unanswered: Count({ description: 'Questions without an answer' }),
    ratings: Type.Array(Count(), { description: 'Marks from 0, 20, 40, 60 and 80 out of 100 on' }),
  },
  { $id: 'CourseStatistics' },
);
export type CourseStatistics = Static<typeof CourseStatistics>;

export const FollowerPage = Page(Follower, { $id: 'FollowerPage' });

/** A course of mine in a list: what I write, or what I follow and how far I am. */
const MyCourse = Type.Object(
  {
    ...CourseItem.properties,
    author: Type.Boolean(),
    doneCount: Count({ description: 'Sections that I have worked through' }),
  },
  { $id: 'MyCourse', additionalProperties: false },
);
export const MyCourses = Page(MyCourse, { $id: 'MyCourses' });
export type MyCourses = Static<typeof MyCourses>;
