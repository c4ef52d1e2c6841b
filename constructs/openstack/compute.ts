import { Construct } from 'constructs';
import { both, familyOf } from '#sites/address.ts';
import type { Host, Volume } from '#sites/model.ts';
import { databaseNodes, hostsOf, workers } from '#sites/questions.ts';
import type { Role } from '#sites/schema/schema.ts';
import { terraformText } from '../quote.ts';
import type { Network } from './network.ts';
import { gibibytes, type Place, rolesOf, tags } from './place.ts';
import { OsData, OsResource } from '@cdktf/provider-openstack';
import type { SecurityGroups } from './security-groups.ts';
import { userData } from './user-data.ts';

/**
 * The hosts of the site: for each a port with the address of the model, a volume to start from, its data volumes and, where
 * the world reaches it, a floating address. Hosts of one role are kept on different hypervisors: always where there are
 * enough of them, as far as possible elsewhere.
 */
export class Compute extends Construct {
  private readonly image: OsData<'images_image_v2'>;
  private readonly keys: OsResource<'compute_keypair_v2'>;
  private readonly groups = new Map<Role, OsResource<'compute_servergroup_v2'>>();

  private readonly place: Place;
  private readonly network: Network;
  private readonly security: SecurityGroups;

  constructor(scope: Construct, place: Place, network: Network, security: SecurityGroups) {
    super(scope, 'host');
    this.place = place;
    this.network = network;
    this.security = security;
    const { site, model } = place;
    const { image, hypervisors } = site.openstack!;
    this.image = new OsData(this, 'image', 'images_image_v2', {
      name: terraformText(image),
      most_recent: true,
    });
    // A host is made with one key and gets all of them from cloud-init.
    this.keys = new OsResource(this, 'key', 'compute_keypair_v2', {
      name: site.code,
      public_key: terraformText(model.administrators.keys[0]!),
    });
    for (const role of rolesOf(site)) {
      const members = hostsOf(site, role).length;
      if (members < 2) continue;
      const group = new OsResource(this, `${role}-group`, 'compute_servergroup_v2', {
        name: `${site.code}-${role}`,
        policies: [members <= hypervisors ? 'anti-affinity' : 'soft-anti-affinity'],
      });
      this.groups.set(role, group);
    }
    for (const host of site.hosts) this.host(host);
  }

  private host(host: Host): void {
    const { site, model } = this.place;
    const of = new Construct(this, host.key);
    const found = { name: host.name, tags: tags(site, host.role) };
    const port = new OsResource(of, 'port', 'networking_port_v2', {
      ...found,
      network_id: this.network.nodes.id,
      fixed_ip: both(host.address).map((address) => ({
        subnet_id: this.network.nodes.subnets[familyOf(address)]!,
        ip_address: address,
      })),
      port_security_enabled: true,
      security_group_ids: [this.security.groups.get(host.role)!.ref('id')],
    });
    const boot = new OsResource(
      of,
      'boot',
      'blockstorage_volume_v3',
      {
        name: `${host.name}-boot`,
        description: `the operating system of ${host.name}`,
        size: gibibytes(host.diskBytes),
        enable_online_resize: true,
        image_id: this.image.ref('id'),
      },
      {
        lifecycle: {
          // A newer image is for the next host: this one is kept up to date by its own updates.
          ignoreChanges: ['image_id'],
          // etcd lives on it; one member is rebuilt by hand, all three at once are the cluster.
          ...(host.role === 'control-plane' ? { preventDestroy: true } : {}),
        },
      },
    );
    const data = dataVolumes(this.place, host).map(({ name, volume }) => ({
      name,
      device: volume.device,
      resource: this.dataVolume(of, host, name, volume),
    }));
    const group = this.groups.get(host.role);
    const instance = new OsResource(
      of,
      'instance',
      'compute_instance_v2',
      {
        ...found,
        flavor_name: terraformText(host.flavor!),
        key_pair: this.keys.ref('name'),
        network: [{ port: port.ref('id') }],
        block_device: [
          {
            uuid: boot.ref('id'),
            source_type: 'volume',
            destination_type: 'volume',
            boot_index: 0,
            delete_on_termination: false,
          },
        ],
        ...(group ? { scheduler_hints: [{ group: group.ref('id') }] } : {}),
        // From a disk of its own, and not from an address that no flow leads to.
        config_drive: true,
        user_data: userData({
          model,
          site,
          host,
          disks: data.map(({ device, resource }) => ({ device, volumeId: `${resource.fqn}.id` })),
        }),
        metadata: { site: site.code, role: host.role },
        // Databases leave in order when they are asked to.
        stop_before_destroy: true,
      },
      {
        lifecycle: {
          // Both are read when the host is made, and a change of either would recreate it: all of them for one more
          // administrator, or when one more host is one more than there are hypervisors.
          ignoreChanges: ['user_data', 'scheduler_hints'],
          // A disk that comes with the flavor goes with the instance.
          ...(hasLocalData(this.place, host) ? { preventDestroy: true } : {}),
        },
      },
    );
    for (const { name, resource } of data) {
      new OsResource(of, `${name}-attached`, 'compute_volume_attach_v2', {
        instance_id: instance.ref('id'),
        volume_id: resource.ref('id'),
      });
    }
    if (host.public.ipv4) this.floating(of, host, host.public.ipv4, port);
  }

  /** Found by name and description: Cinder writes into the metadata of an attached volume, and every plan would take that out. */
  private dataVolume(
    of: Construct,
    host: Host,
    name: string,
    volume: Volume,
  ): OsResource<'blockstorage_volume_v3'> {
    return new OsResource(
      of,
      name,
      'blockstorage_volume_v3',
      {
        name: `${host.name}-${name}`,
        description: `data of ${name}: ${terraformText(volume.device)} of ${host.name}`,
        size: gibibytes(volume.sizeBytes),
        enable_online_resize: true,
      },
      { lifecycle: { preventDestroy: true } },
    );
  }

  private floating(of: Construct, host: Host, address: string, port: OsResource<'networking_port_v2'>): void {
    const { site } = this.place;
    new OsResource(
      of,
      'floating',
      'networking_floatingip_v2',
      {
        description: host.name,
        pool: terraformText(site.openstack!.externalNetwork),
        address,
        port_id: port.ref('id'),
        tags: tags(site, host.role),
      },
      { dependsOn: this.network.routed, lifecycle: { preventDestroy: true } },
    );
  }
}

interface DataVolume {
  name: string;
  volume: Volume;
}

/** Where a host keeps what must not be lost. */
function allData({ site }: Place, host: Host): DataVolume[] {
  const wanted = [
    { name: 'cockroachdb', volume: site.database?.volume, hosts: databaseNodes(site) },
    { name: 'ceph', volume: site.objects?.volume, hosts: workers(site) },
  ];
  return wanted.flatMap(({ name, volume, hosts }) =>
    volume && hosts.includes(host) ? [{ name, volume }] : [],
  );
}
/** The disks that a host carries beside its own; a disk that comes with the flavor is not made here. */
const dataVolumes = (place: Place, host: Host): DataVolume[] =>
  allData(place, host).filter(({ volume }) => volume.store === 'block');
const hasLocalData = (place: Place, host: Host): boolean =>
  allData(place, host).some(({ volume }) => volume.store === 'local');
