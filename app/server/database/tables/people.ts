import type { ColumnType, Generated } from 'kysely';
import type { GivenMoment, Moment, Optional, OptionalMoment } from './columns.ts';

export type Role = 'student' | 'teacher' | 'administrator';

interface PeopleTable {
  id: Generated<string>;
  email: string;
  name: string;
  role: Role;
  password_hash: Optional<string>;
  language: Generated<string>;
  about: Generated<string>;
  digest: Generated<'daily' | 'never'>;
  digest_at: OptionalMoment;
  erase_at: OptionalMoment;
  version: Generated<number>;
  suspended_at: OptionalMoment;
  /** Bytes that they may keep; null for what is said for all. */
  quota_bytes: Optional<number>;
  /** The parent who agreed to the account of somebody under 15. */
  guardian_email: Optional<string>;
  consented_at: OptionalMoment;
  withdrawal_hash: Optional<string>;
  /** Since when somebody who says that they teach waits to be believed. */
  wants_to_teach_at: OptionalMoment;
  created_at: Moment;
  updated_at: Moment;
}

interface SignUpsTable {
  token_hash: string;
  email: string;
  name: string;
  role: 'student' | 'teacher';
  language: string;
  password_hash: string;
  guardian_email: Optional<string>;
  consent_hash: Optional<string>;
  consented_at: OptionalMoment;
  withdrawal_hash: Optional<string>;
  /** Whom the account will be. */
  person_id: Generated<string>;
  expires_at: GivenMoment;
}

interface SessionsTable {
  id: Generated<string>;
  secret_hash: string;
  person_id: string;
  address: string;
  agent: string;
  created_at: Moment;
  used_at: Moment;
  expires_at: GivenMoment;
}

interface DevicesTable {
  id: Generated<string>;
  secret_hash: string;
  person_id: string;
  created_at: Moment;
  used_at: Moment;
}

interface RecoveriesTable {
  token_hash: string;
  person_id: string;
  expires_at: GivenMoment;
}

interface EmailChangesTable {
  token_hash: string;
  person_id: string;
  email: string;
  expires_at: GivenMoment;
}

interface SecondFactorsTable {
  person_id: string;
  sealed_secret: string;
  used_period: Generated<number>;
  created_at: Moment;
  confirmed_at: OptionalMoment;
}

interface RecoveryCodesTable {
  person_id: string;
  code_hash: string;
}

interface AttemptsTable {
  key: string;
  count: number;
  until_at: GivenMoment;
}

interface IdempotencyKeysTable {
  person_id: string;
  key: string;
  request_digest: string;
  status: Optional<number>;
  body: Optional<string>;
  media_type: Optional<string>;
  /** What its transaction came to, as JSON. */
  outcome: Optional<string>;
  headers: Optional<string>;
  created_at: Moment;
}

interface SiteSettingsTable {
  name: string;
  /** JSON. */
  value: string;
  version: Generated<number>;
}

interface AuditLogTable {
  id: Generated<string>;
  at: Moment;
  actor_id: Optional<string>;
  action: string;
  subject_kind: string;
  subject_id: string;
  address: string;
  details: ColumnType<Record<string, unknown>, string | undefined, never>;
}

interface JobLeasesTable {
  name: string;
  owner: string;
  until_at: GivenMoment;
}

/** People, how they sign in, and what is remembered of it. */
export interface PeopleTables {
  people: PeopleTable;
  sign_ups: SignUpsTable;
  sessions: SessionsTable;
  devices: DevicesTable;
  recoveries: RecoveriesTable;
  email_changes: EmailChangesTable;
  second_factors: SecondFactorsTable;
  recovery_codes: RecoveryCodesTable;
  attempts: AttemptsTable;
  idempotency_keys: IdempotencyKeysTable;
  site_settings: SiteSettingsTable;
  audit_log: AuditLogTable;
  job_leases: JobLeasesTable;
}
