-- What else is somebody's: export, and leaving.

-- Invitations that were sent to her address.
create index if not exists invitations_email on invitations (email) where email is not null;

-- Children to whose accounts she agreed.
create index if not exists people_guardian on people (guardian_email) where guardian_email is not null;
