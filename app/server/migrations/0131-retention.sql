-- What makes an end of old rows each hour, see plugins/app/retention.ts.

-- What people were told half a year ago.
create index if not exists notifications_at on notifications (at);

-- What was reported and decided a year ago.
create index if not exists reports_decided on reports (decided_at) where decided_at is not null;
