-- Whoever deletes a row has the database look for all that names it; these names had no index, so that each deletion read whole tables.

-- A post that goes takes with it what was told of it.
create index if not exists notifications_post on notifications (post_id);

-- Somebody whose account goes is named no more in what others were told of her, …
create index if not exists notifications_actor on notifications (actor_id);

-- … in the versions that she wrote, …
create index if not exists course_revisions_person on course_revisions (person_id);

-- … in what she reported, …
create index if not exists reports_reporter on reports (reporter_id);

-- … in what she decided of reports, …
create index if not exists reports_decided_by on reports (decided_by);

-- … and in her invitations.
create index if not exists invitations_created_by on invitations (created_by);

-- A course that goes takes with it what was worked through in it, …
create index if not exists section_progress_course on section_progress (course_id);

-- … its reports, those that were decided too, …
create index if not exists reports_course on reports (course_id);

-- … and its threads, those that were removed too.
create index if not exists threads_of_course on threads (course_id);
