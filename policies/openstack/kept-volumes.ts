import type { Host, Site } from '#sites/model.ts';
import { databaseNodes, hostsOf, siteOf, workers } from '#sites/questions.ts';
import type { Role } from '#sites/schema/schema.ts';
import type { Finding, Policy } from '../law.ts';
import { ofType, type Resource, referred, stacks } from '../reading/openstack-tree.ts';

export const keptVolumes: Policy = {
  id: 'kept-volumes',
  title:
    'every disk of the model is a volume on its host, and Terraform never destroys one that holds data, nor a public address, nor recreates a host for what is read at its first start',
  why: 'A change that replaces a host is a minute of work; one that replaces its disk is lost data, one that replaces all hosts of a role is an outage, and one that gives a public address back may find it taken by somebody else. Terraform asks once for all changes, so what must stay says so itself. The disk that a control-plane host starts from holds etcd; a database or object store on a local disk is lost with its instance.',
  check(model, tree) {
    return stacks(tree).flatMap((stack) => {
      const { path } = stack;
      const site = siteOf(model, stack.site);
      const finding = (name: string, message: string, fix: string): Finding => ({
        path,
        text: `"${name}"`,
        message,
        fix,
      });
      const instances = ofType(stack, 'compute_instance_v2');
      const volumes = ofType(stack, 'blockstorage_volume_v3');
      const attached = ofType(stack, 'compute_volume_attach_v2').map(({ value }) => ({
        volume: referred(value.volume_id),
        instance: referred(value.instance_id),
      }));
      const data = volumes.filter(({ value }) => !value.image_id);
      const startedFrom = (role: Role): Resource[] => {
        const hosts = hostsOf(site, role).map(({ name }) => name);
        const disks = instances
          .filter(({ value }) => hosts.includes(value.name))
          .map(({ value }) => referred(value.block_device?.[0]?.uuid));
        return volumes.filter(({ name }) => disks.includes(name));
      };
      const onLocalDisks = instances.filter(({ value }) =>
        site.hosts.some((host) => host.name === value.name && local(site, host)),
      );
      const kept = [...data, ...startedFrom('control-plane'), ...onLocalDisks];
      const unkept = [...kept, ...ofType(stack, 'networking_floatingip_v2')]
        .filter(({ value }) => value.lifecycle?.prevent_destroy !== true)
        .map(({ name }) => finding(name, `${name} may be destroyed by a plan`, 'set prevent_destroy'));
      const loose = data
        .filter(({ name }) => attached.filter(({ volume }) => volume === name).length !== 1)
        .map(({ name }) => finding(name, `volume ${name} is on no host, or on two`, 'attach it to one host'));
      const lost = instances
        .filter(
          ({ value }) =>
            !value.block_device?.every(
              (disk: { delete_on_termination?: boolean }) => disk.delete_on_termination === false,
            ),
        )
        .map(({ name, value }) =>
          finding(name, `a disk of ${value.name} goes with it`, 'set delete_on_termination: false'),
        );
      const recreated = [
        ...instances.map((each) => ({ each, keys: ['user_data', 'scheduler_hints'] })),
        ...volumes.filter(({ value }) => value.image_id).map((each) => ({ each, keys: ['image_id'] })),
      ].flatMap(({ each: { name, value }, keys }) =>
        keys
          .filter((key) => value[key] && !value.lifecycle?.ignore_changes?.includes(key))
          .map((key) => finding(name, `another ${key} recreates ${name}`, `ignore changes of ${key}`)),
      );
      const missing = site.hosts.flatMap((host) => {
        const wanted = [
          ...(databaseNodes(site).includes(host) ? [site.database!.volume] : []),
          ...(site.objects && workers(site).includes(host) ? [site.objects.volume] : []),
        ].filter(({ store }) => store === 'block');
        const instance = instances.find(({ value }) => value.name === host.name);
        const sizes = attached
          .filter((each) => each.instance === instance?.name)
          .map((each) => volumes.find(({ name }) => name === each.volume)?.value.size * 2 ** 30)
          .sort((a, b) => a - b);
        const expected = wanted.map(({ sizeBytes }) => sizeBytes).sort((a, b) => a - b);
        const named = wanted.every(({ device }) =>
          String(instance?.value.user_data).includes(`SYMLINK+="${device.replace(/^\/dev\//, '')}"`),
        );
        if (
          named &&
          sizes.length === expected.length &&
          sizes.every((size, index) => size >= expected[index]!)
        )
          return [];
        const message = `${host.name} should have ${wanted.map(({ device }) => device).join(' and ') || 'no data disk'}; it has ${sizes.length} volumes, ${named ? '' : 'not '}under these names`;
        return [
          finding(
            instance?.name ?? 'compute',
            message,
            'attach a volume for each, and name it by a udev rule',
          ),
        ];
      });
      return [...unkept, ...loose, ...lost, ...recreated, ...missing];
    });
  },
};

/** Whether what must not be lost lies on a disk that comes with the host. */
const local = (site: Site, host: Host): boolean =>
  (databaseNodes(site).includes(host) && site.database?.volume.store === 'local') ||
  (workers(site).includes(host) && site.objects?.volume.store === 'local');
