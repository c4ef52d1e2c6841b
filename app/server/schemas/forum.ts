import { type Static, Type } from 'typebox';
import { Fields, Id, Line, Moment, OneOf, OrNull, Text } from './common.ts';
import { Page } from './page.ts';

/** Somebody who wrote; null once he has erased his account. */
const Writer = OrNull(Fields({ id: Id, name: Type.String({ examples: ['Inès Benali'] }) }));
const Title = Line(200, { examples: ['Pourquoi la suite converge-t-elle ?'] });
const Body = Text(20_000, {
  minLength: 1,
  pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$',
  description: 'Markdown; `@Inès Benali` names somebody of the course',
});

const told = {
  id: Id,
  title: Type.String(),
  author: Writer,
  pinned: Type.Boolean(),
  locked: Type.Boolean({ description: 'Nobody but moderators answers any more' }),
  answered: Type.Boolean({ description: 'An answer was accepted' }),
  answerCount: Type.Integer(),
  createdAt: Moment,
  activeAt: Moment,
};

/** A thread as a list shows it. */
export const ThreadItem = Fields(told, { $id: 'ThreadItem' });
export type ThreadItem = Static<typeof ThreadItem>;
export const ThreadPage = Fields(
  {
    ...Page(Type.Ref('ThreadItem')).properties,
    items: Type.Array(ThreadItem),
    may: Fields({ write: Type.Boolean(), moderate: Type.Boolean() }),
    course: Fields({ id: Id, title: Type.String() }),
  },
  { $id: 'ThreadPage' },
);
export type ThreadPage = Static<typeof ThreadPage>;

export const Post = Fields(
  {
    id: Id,
    author: Writer,
    byCourseAuthor: Type.Boolean(),
    opening: Type.Boolean({ description: 'The question itself' }),
    body: Type.String({ description: 'Markdown; empty once it was deleted' }),
    mentions: Type.Array(Fields({ id: Id, name: Type.String() })),
    score: Type.Integer({ description: 'Votes' }),
    voted: Type.Boolean({ description: 'By me' }),
    accepted: Type.Boolean(),
    version: Type.Integer(),
    createdAt: Moment,
    editedAt: OrNull(Moment),
    deleted: Type.Boolean(),
    mine: Type.Boolean(),
  },
  { $id: 'Post' },
);
export type Post = Static<typeof Post>;

/** A thread with a page of its posts, the question first. */
export const Thread = Fields(
  {
    ...told,
    course: Fields({ id: Id, title: Type.String() }),
    may: Fields({
      write: Type.Boolean(),
      vote: Type.Boolean(),
      accept: Type.Boolean(),
      moderate: Type.Boolean(),
    }),
    posts: Fields({ items: Type.Array(Post), next: OrNull(Type.String()) }),
  },
  { $id: 'Thread' },
);
export type Thread = Static<typeof Thread>;

export const NewThread = Fields({ title: Title, body: Body });
export const ThreadChange = Fields({ title: Title });
export const ThreadModeration = Type.Partial(Fields({ pinned: Type.Boolean(), locked: Type.Boolean() }), {
  minProperties: 1,
});
export const Acceptance = Fields({ postId: OrNull(Id) });
export const NewPost = Fields({ body: Body });
export const PostHistory = Fields(
  {
    items: Type.Array(
      Fields({ version: Type.Integer(), body: Type.String(), at: Moment, author: Writer }),
    ),
  },
  { $id: 'PostHistory' },
);

export const NewReport = Fields({ reason: Line(500, { examples: ['Propos insultants'] }) });
export const ReportPage = Page(
  Fields({
    postId: Id,
    threadId: Id,
    threadTitle: Type.String(),
    body: Type.String(),
    author: Writer,
    reporter: Writer,
    reason: Type.String(),
    at: Moment,
  }),
  { $id: 'ReportPage' },
);
export type ReportPage = Static<typeof ReportPage>;

export const NotificationKind = OneOf('question', 'answer', 'mention', 'accepted', 'report');
export const NotificationItem = Fields({
  id: Id,
  kind: NotificationKind,
  actor: Writer,
  threadId: Id,
  postId: Id,
  threadTitle: Type.String(),
  course: Fields({ id: Id, title: Type.String() }),
  createdAt: Moment,
  read: Type.Boolean(),
});
export type NotificationItem = Static<typeof NotificationItem>;
export const NotificationPage = Fields(
  { items: Type.Array(NotificationItem), next: OrNull(Type.String()), unread: Type.Integer() },
  { $id: 'NotificationPage' },
);
export type NotificationPage = Static<typeof NotificationPage>;

/** What one is told and how. */
export const NotificationPreferences = Fields(
  {
    digest: Type.Boolean({ description: 'A letter a day at most, of what is unread' }),
    muted: Type.Array(NotificationKind, { uniqueItems: true, maxItems: 5 }),
  },
  { $id: 'NotificationPreferences' },
);
export type NotificationPreferences = Static<typeof NotificationPreferences>;
