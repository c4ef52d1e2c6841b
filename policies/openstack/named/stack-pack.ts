import type { Broken, NamedCheck } from '../../named/check.ts';
import type { Data } from '../../reading/objects.ts';
import { ofType, type Resource, type Stack, stacks } from '../../reading/openstack-tree.ts';

/** A named check of the resources of one type in a stack, or of the stack as a whole. */
export interface StackRow extends Omit<NamedCheck, 'breaks'> {
  /** Without `openstack_`; without a type the whole stack is judged. */
  type?: string;
  /** The facts that break it. */
  broken(value: Data, at: { stack: Stack; resource: Resource }): string | false | undefined;
}

/** Rows about stacks of Terraform, as checks `openstack/…`. */
export const stackPack = (rows: readonly StackRow[]): NamedCheck[] =>
  rows.map(({ type, broken, ...row }) => ({
    ...row,
    id: `openstack/${row.id}`,
    breaks: (tree) =>
      stacks(tree).flatMap((stack) =>
        (type ? ofType(stack, type) : [whole(stack)]).flatMap((resource): Broken[] => {
          const fact = broken(resource.value, { stack, resource });
          if (!fact) return [];
          const { name } = resource;
          return [
            {
              path: stack.path,
              ...(type ? { text: `"${name}"` } : {}),
              object: type ? `${type}/${name}` : `stack/${stack.site}`,
              fact,
            },
          ];
        }),
      ),
  }));

const whole = ({ site, whole: value }: Stack): Resource => ({ type: 'stack', name: site, value });

/** Every address there is, of a family. */
export const isWorld = (cidr: unknown): boolean => /\/0$/.test(String(cidr));
/** Whether a rule lets anybody in, or lets out to anybody. */
export const isAnybody = (rule: Data): boolean =>
  !rule.remote_group_id && (!rule.remote_ip_prefix || isWorld(rule.remote_ip_prefix));
/** Whether a rule opens any of these ports; one without ports opens all. */
export const covers = (rule: Data, ports: number[]): boolean =>
  (rule.port_range_min ?? 1) <= ports.at(-1)! && ports[0]! <= (rule.port_range_max ?? 65535);
