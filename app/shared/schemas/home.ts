import { type Static, Type } from 'typebox';
import { Count, Fields, Id, Line, Moment, OrNull, Text, WORDS } from './common.ts';
import { CourseItem } from './course.ts';

const Seconds = (options: object = {}) => Count({ maximum: 1_000_000, examples: [83], ...options });

/** Where somebody is in a course. */
export const Place = Fields({
  sectionId: Id,
  file: Type.Optional(
    Line(255, { description: 'The recording that is played there', examples: ['mitose.mp4'] }),
  ),
  seconds: Type.Optional(Seconds({ description: 'Where it is' })),
});

/** What somebody notes for themselves beside a section. */
export const Note = Fields({ body: Text(20_000, WORDS) });

const Named = Fields({ id: Id, title: CourseItem.properties.title });
const Title = Type.String({ examples: ['Définitions'] });

/** What somebody sees first. */
export const Home = Fields(
  {
    begun: Type.Array(
      Fields({
        course: Named,
        section: Fields({ id: Id, title: Title, number: Count({ description: 'From 1 on' }) }),
        sectionCount: Count(),
        doneCount: Count({ description: 'Sections that I have worked through' }),
        file: OrNull(Type.String({ description: 'A recording that I was in', examples: ['mitose.mp4'] })),
        seconds: Seconds(),
      }),
      { description: 'Courses that I follow and have not finished, the latest first' },
    ),
    changed: Type.Array(Fields({ course: Named, at: Moment }), {
      description: 'Courses that I follow and that changed since I was there',
    }),
    waiting: Type.Array(
      Fields({
        course: Named,
        thread: Fields({ id: Id, title: Type.String({ examples: ['Pourquoi majorée ?'] }) }),
        at: Moment,
      }),
      { description: 'Questions in courses that I write, without an answer, the oldest first' },
    ),
    new: Type.Array(CourseItem, {
      description: 'Published within three months in the subjects of my courses',
    }),
  },
  { $id: 'Home' },
);
export type Home = Static<typeof Home>;
