import type { Generated } from 'kysely';
import type { GivenMoment, Moment } from './columns.ts';

interface NoticesTable {
  id: Generated<string>;
  text_fr: string;
  text_en: string;
  starts_at: Moment;
  ends_at: GivenMoment;
}

/** What administrators see to. */
export interface AuditTables {
  notices: NoticesTable;
}
