-- What names somebody, `@[Inès Benali](id)`: few texts of all do, and whoever erases a person looks through those alone.
create index if not exists threads_naming on threads (id) where body like '%@[%](%';

create index if not exists posts_naming on posts (id) where body like '%@[%](%';

create index if not exists forum_edits_naming on forum_edits (subject_id, version) where body like '%@[%](%';
