-- The query of each index that says none above it, and the end of two that have none any more.

comment on index sign_ups_expired is 'retention: what was never confirmed';

comment on index sessions_expired is 'retention: sessions that are over';

comment on index recoveries_person is 'a new password ends the other ways to one, and leaving';

comment on index recoveries_expired is 'retention: letters that nobody followed';

comment on index attempts_expired is 'retention: counts whose time is over';

comment on index idempotency_keys_expired is 'retention: answers that nobody asks for again';

comment on index audit_log_at is 'the log, the latest first, and retention';

comment on index audit_log_actor is 'the log of what one person did, and export';

comment on index audit_log_action is 'the log of deeds of one kind';

comment on index invitations_expired is 'retention: invitations that nobody can follow';

comment on index uploads_person is 'the quota of a person, and leaving';

comment on index uploads_course is 'the quota of a course, and its end';

comment on index posts_author is 'what one has answered: export and erasure';

comment on index forum_votes_person is 'how one has voted: export and leaving';

comment on index notifications_thread is 'a thread that goes takes with it what was told of it';

comment on index unsubscriptions_expired is 'retention: links of old letters';

comment on index unsubscriptions_person is 'leaving takes these links along';

comment on index together_presence_old is 'retention: servers that are gone';

comment on index people_erased is 'accounts whose time to change one''s mind is over';

comment on index notices_ended is 'the notices of now, and retention';

comment on index posts_naming is 'as threads_naming, of answers';

comment on index forum_edits_naming is 'as threads_naming, of former words';

comment on index posts_removed is 'as threads_removed, of answers';

-- Retention goes by the last piece, uploads_last_piece.
drop index if exists uploads_created;

-- The administrators' list is the latest first, reports_open_at.
drop index if exists reports_all_open;
