-- Beside the progress in the same sections.
alter table notes set locality regional by row;
