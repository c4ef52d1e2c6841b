import type { ColumnType } from 'kysely';

/** A moment, to the millisecond; the database says the present one by itself. */
export type Moment = ColumnType<Date, Date | string | undefined, Date | string>;
/** A moment that is always given. */
export type GivenMoment = ColumnType<Date, Date | string, Date | string>;
export type OptionalMoment = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** A value that may be missing, and is when it is not given. */
export type Optional<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;
