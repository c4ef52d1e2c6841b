-- What an invitation makes of whoever accepts it: somebody who follows the course, or somebody who writes it too.
alter table invitations add column if not exists kind text not null default 'follower' check (kind in ('follower', 'author'));
