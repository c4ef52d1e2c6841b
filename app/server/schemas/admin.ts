import { Type } from 'typebox';
import { Fields, Id, Moment, OneOf, OrNull, Text } from './common.ts';
import { CourseState, Visibility } from './course.ts';
import { Report } from './forum.ts';
import { Page } from './page.ts';
import { Email } from './person.ts';

const Role = OneOf('student', 'teacher', 'administrator');
/** What is kept in files, and how much may be. */
const Kept = Fields({
  bytes: Type.Integer({ description: 'What is on its way counts' }),
  bytesMax: Type.Integer(),
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
export const Account = Fields(
  {
    id: Id,
    email: Email,
    name: Type.String(),
    role: Role,
    createdAt: Moment,
    suspendedAt: OrNull(Moment),
    eraseAt: OrNull(Moment),
    usedAt: OrNull(Moment),
    files: Kept,
  },
  { $id: 'Account' },
);
export const AccountPage = Page(Account, { $id: 'AccountPage' });
export const AccountChange = Type.Partial(Fields({ role: Role, suspended: Type.Boolean() }), {
  minProperties: 1,
  additionalProperties: false,
});

export const AdminCourse = Fields(
  {
    id: Id,
    title: Type.String(),
    state: CourseState,
    visibility: Visibility,
    updatedAt: Moment,
    followers: Type.Integer(),
    files: Kept,
  },
  { $id: 'AdminCourse' },
);
export const AdminCoursePage = Page(AdminCourse, { $id: 'AdminCoursePage' });

export const Deed = Fields(
  {
    id: Id,
    at: Moment,
    actor: OrNull(Fields({ id: Id, name: OrNull(Type.String({ description: 'null once erased' })) })),
    action: Type.String(),
    subjectKind: Type.String(),
    subjectId: Type.String(),
    address: Type.String(),
    details: Type.Object({}, { additionalProperties: true }),
  },
  { $id: 'Deed' },
);
export const DeedPage = Page(Deed, { $id: 'DeedPage' });

/** What somebody found should not stand in a forum, and where; decided at `PUT /reports/:id/outcome`. */
export const AdminReport = Fields(
  { ...Report.properties, course: Fields({ id: Id, title: Type.String() }) },
  { $id: 'AdminReport' },
);
export const AdminReportPage = Page(AdminReport, { $id: 'AdminReportPage' });

const words = Text(500, { minLength: 1 });
/** Something that everybody is told. */
export const Notice = Fields(
  { id: Id, textFr: Type.String(), textEn: Type.String(), startsAt: Moment, endsAt: Moment },
  { $id: 'Notice' },
);
export const Notices = Fields({ items: Type.Array(Notice) });
export const NewNotice = Fields({
  textFr: words,
  textEn: words,
  startsAt: Type.Optional(Moment),
  endsAt: Moment,
});

/** How much there is, and how much it is used. */
export const Figures = Fields(
  {
    people: Fields({ students: Type.Integer(), teachers: Type.Integer(), administrators: Type.Integer() }),
    activeToday: Type.Integer({ description: 'People whose session was used within a day' }),
    activeThisWeek: Type.Integer(),
    courses: Fields({ drafts: Type.Integer(), published: Type.Integer(), archived: Type.Integer() }),
    enrolments: Type.Integer(),
    threads: Type.Integer(),
    posts: Type.Integer(),
    openReports: Type.Integer(),
    files: Fields({ count: Type.Integer(), bytes: Type.Integer() }),
  },
  { $id: 'Figures' },
);
