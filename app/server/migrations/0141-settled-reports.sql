-- What was removed needs no decision any more, nor does what is no longer there.
update reports set outcome = 'removed', decided_at = now() where outcome is null
  and subject_id not in (
    select t.id from threads t where t.removed_at is null
    union all
    select q.id from posts q join threads t on t.id = q.thread_id where q.removed_at is null and t.removed_at is null
  );
