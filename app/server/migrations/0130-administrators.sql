-- Who administers the platform, for whoever takes somebody's rights or account: one has to stay.
create index if not exists people_administrators on people (id) where role = 'administrator';
