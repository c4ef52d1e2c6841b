import type { Tree } from '../../law.ts';
import type { Broken, NamedCheck } from '../../named/check.ts';
import { type Programs, programs } from '../../reading/kubeadm.ts';

/** One recommendation of the CIS benchmark that variables of Kubespray decide. */
export interface CisRow extends Omit<NamedCheck, 'breaks'> {
  /** Its number there: `1.2.15`. */
  id: string;
  /** The variable that decides it. */
  variable: string;
  /** The fact that breaks it, or nothing. */
  broken(programs: Programs): string | false | undefined;
}

/** Rows about clusters that Kubespray installs, as checks `cis/1.2.15`. */
export const cisPack = (rows: readonly CisRow[]): NamedCheck[] =>
  rows.map(({ variable, broken, ...row }) => ({
    ...row,
    id: `cis/${row.id}`,
    title: `${row.title} (${variable})`,
    breaks: (tree: Tree) =>
      programs(tree).flatMap((all): Broken[] => {
        const fact = broken(all);
        if (!fact) return [];
        const { site, paths } = all.inventory;
        return [{ path: paths.cluster, text: `${variable}:`, object: `cluster/${site}`, fact }];
      }),
  }));

/** A value that says no: of YAML, or as the text of a flag. */
export const isOff = (value: unknown): boolean => value === false || /^false$/i.test(String(value));
export const isOn = (value: unknown): boolean => value === true || /^true$/i.test(String(value));
