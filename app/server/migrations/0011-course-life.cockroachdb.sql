-- Where the tables live: what every site reads and few write is read without asking another site.

alter table people configure zone using global_reads = true;

alter table courses configure zone using global_reads = true;

alter table course_authors configure zone using global_reads = true;

alter table sections configure zone using global_reads = true;

alter table files configure zone using global_reads = true;
