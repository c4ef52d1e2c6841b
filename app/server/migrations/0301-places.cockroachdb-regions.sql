-- Beside the progress in the same courses.
alter table places set locality regional by row;
