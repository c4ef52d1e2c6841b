-- Where the tables live in a database with regions: what every site reads and few write is read without asking another
-- site; what people say in a forum, and how far they are in a course, lives in the region where it was written.

alter table people set locality global;

alter table courses set locality global;

alter table course_authors set locality global;

alter table sections set locality global;

alter table files set locality global;

alter table threads set locality regional by row;

alter table posts set locality regional by row;

alter table forum_edits set locality regional by row;

alter table forum_votes set locality regional by row;

alter table reports set locality regional by row;

alter table enrolments set locality regional by row;

alter table section_progress set locality regional by row;
