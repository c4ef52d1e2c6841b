-- What the transaction of a request with an idempotency key came to, written by that transaction itself: who finds it knows that the
-- request was done, though its server died before it could answer.
alter table idempotency_keys add column if not exists outcome text;
