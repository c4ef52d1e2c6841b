-- Beside the progress that it was.
alter table former_progress set locality regional by row;
