-- The section of its course that a question is about; none where it is about all of it, or that section is gone.
alter table threads add column if not exists section_id uuid references sections (id) on delete set null;

-- The questions about a section, the latest first; a section that goes.
create index if not exists threads_section on threads (section_id, pinned desc, active_at desc, id desc) where section_id is not null;
