import { Type } from 'typebox';
import { Count, Fields, Id, Line, Moment, OneOf, OrNull, Version, WORDS, Words } from './common.ts';
import { Author } from './course.ts';
import { Page } from './page.ts';

const BODY_MAX = 20_000;
const TITLE = { examples: ['Pourquoi n est-il pair ?'] };
const REASON = { examples: ['Numéro de téléphone d’une élève'] };
/** What people write: Markdown; `@[Inès Benali](id)` notifies them. */
const Body = Words(BODY_MAX, { examples: ['Pourquoi **n** est-il pair ?'] });
export const Vote = Fields({
  value: Type.Integer({ minimum: -1, maximum: 1, description: '0 takes it back', examples: [1] }),
});
const threadWords = { title: Line(200, TITLE), body: Body };
export const NewThread = Fields({
  ...threadWords,
  sectionId: Type.Optional(Id),
});
export const ThreadChange = Type.Partial(Fields(threadWords), {
  minProperties: 1,
  additionalProperties: false,
});
export const NewPost = Fields({ body: Body });
export const NewReport = Fields({ reason: Line(500, REASON) });
export const Moderation = Type.Partial(Fields({ pinned: Type.Boolean(), locked: Type.Boolean() }), {
  minProperties: 1,
  additionalProperties: false,
});

const HTML = {
  description: 'The text as HTML, to be shown as it is',
  examples: ['<p>Soit u une suite croissante et majorée.</p>'],
};
const messageFields = {
  id: Id,
  author: OrNull(Author),
  score: Type.Integer({ description: 'Votes for it less those against', examples: [4] }),
  version: Version,
  createdAt: Moment,
  editedAt: OrNull(Moment),
};
const thread = {
  ...messageFields,
  title: Type.String(TITLE),
  /** The section that it is about. */
  section: OrNull(Fields({ id: Id, title: Type.String({ examples: ['Définitions'] }) })),
  postCount: Count(),
  acceptedId: OrNull(Id),
  pinned: Type.Boolean(),
  locked: Type.Boolean(),
  activeAt: Moment,
};
/** A thread as a list shows it. */
const ThreadItem = Fields(thread, { $id: 'ThreadItem' });
export const ThreadPage = Page(ThreadItem, { $id: 'ThreadPage' });
/** A thread as its page shows it. */
export const Thread = Fields(
  {
    ...thread,
    courseId: Id,
    body: Type.String(WORDS),
    html: Type.String(HTML),
    vote: Type.Integer({ description: 'Mine: -1, 0 or 1', examples: [1] }),
    may: Fields(
      { write: Type.Boolean(), edit: Type.Boolean(), accept: Type.Boolean(), moderate: Type.Boolean() },
      { description: 'What the caller may do here' },
    ),
  },
  { $id: 'Thread' },
);
const Post = Fields(
  {
    ...messageFields,
    body: OrNull(Type.String({ description: 'null when it was removed', ...WORDS })),
    html: OrNull(Type.String(HTML)),
    vote: Type.Integer({ description: 'Mine: -1, 0 or 1', examples: [0] }),
    mine: Type.Boolean(),
  },
  { $id: 'Post' },
);
export const PostPage = Page(Post, { $id: 'PostPage' });
export const Made = Fields({ id: Id });

/** What a thread or an answer said before it was changed. */
const FormerWords = Fields(
  {
    version: Version,
    title: OrNull(Type.String({ description: 'null for answers, which have none', ...TITLE })),
    body: Type.String(WORDS),
    until: Moment,
  },
  { $id: 'FormerWords' },
);
export const FormerPage = Page(FormerWords, { $id: 'FormerPage' });

export const Report = Fields(
  {
    id: Id,
    subjectKind: OneOf('thread', 'post'),
    subjectId: Id,
    threadId: OrNull(Id),
    text: OrNull(Type.String({ description: 'What was reported', ...WORDS })),
    reason: Type.String(REASON),
    at: Moment,
  },
  { $id: 'Report' },
);
export const ReportPage = Page(Report, { $id: 'ReportPage' });
export const Outcome = Fields({ outcome: OneOf('kept', 'removed') });

const Notification = Fields(
  {
    id: Id,
    kind: OneOf('answer', 'mention', 'accepted', 'report', 'question'),
    actor: OrNull(Author),
    courseId: Id,
    threadId: Id,
    threadTitle: Type.String(TITLE),
    postId: OrNull(Id),
    at: Moment,
    read: Type.Boolean(),
  },
  { $id: 'Notification' },
);
export const NotificationPage = Type.Object(
  { ...Page(Notification).properties, unread: Count({ description: 'Of all, not of this page' }) },
  { $id: 'NotificationPage', additionalProperties: false },
);
export const NotificationSettings = Fields({ digest: OneOf('daily', 'never') });
