-- Keys are kept as a digest from here on, and what they stand for so that only whoever brings the key can read it; those that were kept
-- in plain words, with the secrets in their answers, go. They are a day's memory.
delete from idempotency_keys;
