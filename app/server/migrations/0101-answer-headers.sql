-- What an answer says beside its body, such as where that is which was made; as JSON, for whoever sends the same request again.
alter table idempotency_keys add column if not exists headers text;
