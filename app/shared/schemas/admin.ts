import { type Static, Type } from 'typebox';
import { Bytes, Count, Fields, Id, Moment, OneOf, OrNull, Words } from './common.ts';
import { Author, CourseItem, CourseState, Visibility } from './course.ts';
import { Report } from './forum.ts';
import { Page } from './page.ts';
import { Email } from './person.ts';

const Role = OneOf('student', 'teacher', 'administrator');
/** What is kept in files, and how much may be. */
const Kept = Fields({
  bytes: Bytes({ description: 'What is on its way counts' }),
  bytesMax: Bytes(),
  own: Type.Boolean({ description: 'Whether that was said for this one, and not for all' }),
});
/** Far above any disk we have, and still a number that JSON tells exactly. */
const QUOTA_MAX = 2 ** 50;
export const QuotaChange = Fields({
  // One schema of two types: of two schemas the first one would read null as 0.
  bytes: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    minimum: 0,
    maximum: QUOTA_MAX,
    description: 'null for what all may keep; what is there already stays',
    examples: [50 * 2 ** 30],
  }),
});

/** An account, as administrators see it. */
const Account = Fields(
  {
    id: Id,
    email: Email,
    name: Author.properties.name,
    role: Role,
    createdAt: Moment,
    suspendedAt: OrNull(Moment),
    eraseAt: OrNull(Moment),
    wantsToTeachAt: { ...OrNull(Moment), description: 'Since when they wait to be confirmed as a teacher' },
    secondFactor: Type.Boolean({ description: 'Whether they are asked for a code beside their password' }),
    usedAt: OrNull(Moment),
    files: Kept,
  },
  { $id: 'Account' },
);
export const AccountPage = Page(Account, { $id: 'AccountPage' });
/** Who may teach at this site. */
const teaching = {
  teachers: Type.Unsafe<'anyone' | 'confirmed'>({
    ...OneOf('anyone', 'confirmed'),
    description: 'Whoever says so when signing up, or those whom an administrator has confirmed',
  }),
  domains: Type.Array(
    Type.String({
      format: 'hostname',
      pattern: '^(?!-)[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63})+$',
      maxLength: 253,
      examples: ['ac-strasbourg.fr'],
    }),
    { maxItems: 200, description: 'Of e-mail addresses whose owners teach without being confirmed' },
  ),
};
export const SiteSettings = Fields(
  {
    ...teaching,
    version: Type.Integer({ minimum: 0, description: '0 for a site as it comes', examples: [1] }),
  },
  { $id: 'SiteSettings' },
);
export type SiteSettings = Static<typeof SiteSettings>;
export const SettingsChange = Fields(teaching);

export const AccountChange = Type.Partial(Fields({ role: Role, suspended: Type.Boolean() }), {
  minProperties: 1,
  additionalProperties: false,
});

const AdminCourse = Fields(
  {
    id: Id,
    title: CourseItem.properties.title,
    state: CourseState,
    visibility: Visibility,
    updatedAt: Moment,
    followers: Count(),
    files: Kept,
  },
  { $id: 'AdminCourse' },
);
export const AdminCoursePage = Page(AdminCourse, { $id: 'AdminCoursePage' });

const Deed = Fields(
  {
    id: Id,
    at: Moment,
    actor: OrNull(
      Fields({
        id: Id,
        name: OrNull(Type.String({ description: 'null once erased', examples: ['Camille Fournier'] })),
      }),
    ),
    action: Type.String({ examples: ['people.suspended'] }),
    subjectKind: Type.String({ examples: ['person'] }),
    subjectId: Type.String({ examples: ['6f9c6d3e-3c1b-4b69-9f5d-0d9b1a3c7e21'] }),
    address: Type.String({ examples: ['2001:db8::7'] }),
    details: Type.Object({}, { additionalProperties: true }),
  },
  { $id: 'Deed' },
);
export const DeedPage = Page(Deed, { $id: 'DeedPage' });

/** What somebody found should not stand in a forum, and where; decided at `PUT /reports/:id/outcome`. */
const AdminReport = Fields(
  { ...Report.properties, course: Fields({ id: Id, title: CourseItem.properties.title }) },
  { $id: 'AdminReport' },
);
export const AdminReportPage = Page(AdminReport, { $id: 'AdminReportPage' });

const FRENCH = { examples: ['Le site sera en lecture seule dimanche de 6 h à 7 h.'] };
const ENGLISH = { examples: ['On Sunday from 6 to 7 nothing can be changed.'] };
/** Something that everybody reads. */
const Notice = Fields(
  { id: Id, textFr: Type.String(FRENCH), textEn: Type.String(ENGLISH), startsAt: Moment, endsAt: Moment },
  { $id: 'Notice' },
);
export const Notices = Fields({ items: Type.Array(Notice) });
export const NewNotice = Fields({
  textFr: Words(500, FRENCH),
  textEn: Words(500, ENGLISH),
  startsAt: Type.Optional(Type.String({ ...Moment, examples: ['2099-09-01T08:00:00.000Z'] })),
  endsAt: Type.String({ ...Moment, description: 'To come', examples: ['2099-09-06T08:00:00.000Z'] }),
});

/** How much there is, and how much it is used. */
export const Figures = Fields(
  {
    people: Fields({ students: Count(), teachers: Count(), administrators: Count() }),
    activeToday: Count({ description: 'People whose session was used within a day' }),
    activeThisWeek: Count(),
    courses: Fields({ drafts: Count(), published: Count(), archived: Count() }),
    enrolments: Count(),
    threads: Count(),
    posts: Count(),
    openReports: Count(),
    files: Fields({ count: Count(), bytes: Bytes() }),
  },
  { $id: 'Figures' },
);
