-- Who reported something is told to nobody, and a report to nobody of his own words.
update notifications set actor_id = null where kind = 'report' and actor_id is not null;

delete from notifications n where n.kind = 'report' and n.person_id = case
  when n.post_id is null then (select t.author_id from threads t where t.id = n.thread_id)
  else (select q.author_id from posts q where q.id = n.post_id) end;
