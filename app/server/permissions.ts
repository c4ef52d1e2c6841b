import type { Role } from './database/tables/people.ts';

/** Who asks: a role, or a visitor who is not signed in. */
export type Caller = Role | 'visitor';
export const CALLERS = ['visitor', 'student', 'teacher', 'administrator'] as const satisfies Caller[];

const everyone = CALLERS;
const members = ['student', 'teacher', 'administrator'] as const;

/**
 * Who may do what. Every route names its line in `config.access`; whose *things* one may touch (one's own course, a
 * course one is invited to) the route asks the database.
 */
export const PERMISSIONS = {
  'people.join': everyone,
  'people.recover': everyone,
  'sessions.begin': everyone,
  'sessions.own': members,
  'me.read': members,
  'me.change': members,
  'courses.read': everyone,
  'courses.write': ['teacher', 'administrator'],
  'courses.follow': members,
  'courses.rate': ['student'],
  'forum.read': everyone,
  'forum.write': members,
  admin: ['administrator'],
  'notices.read': everyone,
  'site-pages.read': everyone,
  'notifications.own': members,
  'notifications.stop': everyone,
} as const satisfies Record<string, readonly Caller[]>;

export type Permission = keyof typeof PERMISSIONS;

export const allowed = (permission: Permission, caller: Caller): boolean =>
  (PERMISSIONS[permission] as readonly Caller[]).includes(caller);
