-- Who agreed to the account of somebody under 15, and when: kept with the account as long as there is one, and gone with it.
alter table people add column if not exists guardian_email text;

alter table people add column if not exists consented_at timestamptz(3);

-- The letter by which a parent takes the consent back. Only a digest of the secret is kept.
alter table people add column if not exists withdrawal_hash text;

alter table sign_ups add column if not exists withdrawal_hash text;

-- Whom the account will be, so that the log can name her before there is one.
alter table sign_ups add column if not exists person_id uuid not null default gen_random_uuid();

-- The account that such a letter is about, …
create index if not exists people_withdrawal on people (withdrawal_hash) where withdrawal_hash is not null;

-- … also before there is one.
create index if not exists sign_ups_withdrawal on sign_ups (withdrawal_hash) where withdrawal_hash is not null;

-- Whoever leaves takes along what she asked for and never confirmed.
create index if not exists sign_ups_email on sign_ups (email);
