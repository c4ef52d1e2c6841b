-- Authors are told of a question in their course. PostgreSQL and CockroachDB call the check without a name differently.
alter table notifications drop constraint if exists notifications_kind_check;

alter table notifications drop constraint if exists check_kind;

alter table notifications drop constraint if exists notifications_kinds;

alter table notifications add constraint notifications_kinds check (kind in ('answer', 'mention', 'accepted', 'report', 'question'));
