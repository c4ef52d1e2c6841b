-- What was removed from the discussions, for whoever makes an end of it after a year.
create index if not exists threads_removed on threads (removed_at) where removed_at is not null;
create index if not exists posts_removed on posts (removed_at) where removed_at is not null;
