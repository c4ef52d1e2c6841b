import { hostsOf, siteOf } from '#sites/questions.ts';
import { ROLES } from '#sites/schema/choices.ts';
import type { Finding, Policy } from '../law.ts';
import { ofType, referred, stacks } from '../reading/openstack-tree.ts';

export const hostsApart: Policy = {
  id: 'hosts-apart',
  title:
    'every host of the model is an instance of its stack, as large as the model says and open to its administrators, and hosts of one role are kept on different hypervisors',
  why: 'Three nodes on one hypervisor are one node. Where there are as many hypervisors as hosts the scheduler must refuse to put two together; where there are fewer it must at least try.',
  check(model, tree) {
    return stacks(tree).flatMap((stack) => {
      const { path } = stack;
      const site = siteOf(model, stack.site);
      const instances = ofType(stack, 'compute_instance_v2');
      const names = instances.map(({ value }) => value.name);
      const strangers = names.filter((name) => !site.hosts.some((host) => host.name === name));
      const absent = site.hosts.filter((host) => !names.includes(host.name)).map(({ name }) => name);
      const unequal: Finding[] = [...strangers, ...absent].map((name) => ({
        path,
        text: `"${name}"`,
        message: `${name} is ${absent.includes(name) ? 'in the model and not in the stack' : 'in the stack and not in the model'}`,
        fix: 'make one instance a host',
      }));
      const volumes = ofType(stack, 'blockstorage_volume_v3');
      const unlike = instances.flatMap(({ name, value }): Finding[] => {
        const host = site.hosts.find((each) => each.name === value.name);
        if (!host) return [];
        const disk = volumes.find((each) => each.name === referred(value.block_device?.[0]?.uuid))?.value
          .size;
        const lets = (key: string) => String(value.user_data).includes(key);
        const wrong = [
          ...(value.flavor_name === host.flavor
            ? []
            : [[`${host.name} has flavor ${value.flavor_name}`, `write ${host.flavor}`]]),
          ...(disk * 2 ** 30 >= host.diskBytes
            ? []
            : [[`${host.name} starts from ${disk} GiB`, `give it ${Math.ceil(host.diskBytes / 2 ** 30)}`]]),
          ...(model.administrators.keys.every(lets)
            ? []
            : [[`${host.name} does not let every administrator in`, 'write their keys into user_data']]),
          ...(value.stop_before_destroy === true
            ? []
            : [[`${host.name} is cut off and not asked to stop`, 'set stop_before_destroy']]),
        ];
        return wrong.map(([message = '', fix = '']) => ({ path, text: `"${name}"`, message, fix }));
      });
      const together = ROLES.flatMap((role): Finding[] => {
        const hosts = hostsOf(site, role);
        if (hosts.length < 2) return [];
        const groups = new Set(
          instances
            .filter(({ value }) => hosts.some(({ name }) => name === value.name))
            .map(({ value }) => referred(value.scheduler_hints?.[0]?.group)),
        );
        const [group] = groups;
        const policy = ofType(stack, 'compute_servergroup_v2').find(({ name }) => name === group)?.value
          .policies?.[0];
        const wanted = hosts.length <= site.openstack!.hypervisors ? 'anti-affinity' : 'soft-anti-affinity';
        if (groups.size === 1 && policy === wanted) return [];
        const message = `${hosts.length} ${role} hosts on ${site.openstack!.hypervisors} hypervisors: ${groups.size === 1 ? `their group has ${policy ?? 'no policy'}` : 'they are in several groups'}`;
        return [{ path, text: `"${group}"`, message, fix: `put them into one server group of ${wanted}` }];
      });
      return [...unequal, ...unlike, ...together];
    });
  },
};
