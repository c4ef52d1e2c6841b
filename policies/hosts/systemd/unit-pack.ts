import type { Broken, NamedCheck } from '../../named/check.ts';
import { services, type Unit } from '../../reading/units.ts';

/** A term of `systemd-analyze security`, under the name that its JSON has. */
export interface UnitRow extends Omit<NamedCheck, 'breaks'> {
  /** The fact that breaks it, or nothing. */
  broken(unit: Unit): string | false | undefined;
}

/** Rows about services of ours, as checks `systemd/…`. */
export const unitPack = (rows: readonly UnitRow[]): NamedCheck[] =>
  rows.map(({ broken, ...row }) => ({
    ...row,
    id: `systemd/${row.id}`,
    breaks: (tree) =>
      services(tree).flatMap((unit): Broken[] => {
        const fact = broken(unit);
        return fact ? [{ path: unit.path, text: '[Service]', object: `unit/${unit.name}`, fact }] : [];
      }),
  }));
