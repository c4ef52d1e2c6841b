import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { addressesOf } from '#sites/address.ts';
import type { Host, Model, Site, Volume } from '#sites/model.ts';
import { databaseNodes, hostsOf, workers } from '#sites/questions.ts';
import type { Role } from '#sites/schema/schema.ts';
import type { OpenstackSite } from '#sites/site-kinds.ts';
import { terraformText } from '../quote.ts';
import type { Network } from './network.ts';
import { gibibytes, rolesOf, tags } from './place.ts';
import { OsData, OsResource } from './provider/index.ts';
import { userData } from './user-data.ts';

export interface ComputeProps extends AtSite<OpenstackSite> {
  network: Network;
  /** The security group of each role. */
  groups: ReadonlyMap<Role, OsResource<'networking_secgroup_v2'>>;
}

/**
 * The hosts of the site: for each a port with the address of the model, a volume to start from, its data volumes and, where
 * the world reaches it, a floating address. Hosts of one role are kept on different hypervisors: always where there are
 * enough of them, as far as possible elsewhere.
 */
export class Compute extends Construct {
  private readonly image: OsData<'images_image_v2'>;
  private readonly keys: OsResource<'compute_keypair_v2'>;
  private readonly apart = new Map<Role, OsResource<'compute_servergroup_v2'>>();
  private readonly model: Model;
  private readonly site: OpenstackSite;
  private readonly network: Network;

  constructor(scope: Construct, id: string, { model, site, network, groups }: ComputeProps) {
    super(scope, id);
    this.model = model;
    this.site = site;
    this.network = network;
    const { image, hypervisors } = site.openstack;
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
      this.apart.set(role, group);
    }
    for (const [role, group] of groups) for (const host of hostsOf(site, role)) this.host(host, group);
  }

  private host(host: Host, security: OsResource<'networking_secgroup_v2'>): void {
    const { site, model } = this;
    const of = new Construct(this, host.key);
    const found = { name: host.name, tags: tags(site, host.role) };
    const port = new OsResource(of, 'port', 'networking_port_v2', {
      ...found,
      network_id: this.network.nodes.id,
      fixed_ip: addressesOf(host.address).map(({ family, text }) => ({
        subnet_id: this.network.nodes.subnets[family]!,
        ip_address: text,
      })),
      port_security_enabled: true,
      security_group_ids: [security.ref('id')],
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
    const data = dataVolumes(site, host).map(({ name, volume }) => ({
      name,
      device: volume.device,
      resource: this.dataVolume(of, { host, name, volume }),
    }));
    const group = this.apart.get(host.role);
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
          ...(hasLocalData(site, host) ? { preventDestroy: true } : {}),
        },
      },
    );
    for (const { name, resource } of data) {
      new OsResource(of, `${name}-attached`, 'compute_volume_attach_v2', {
        instance_id: instance.ref('id'),
        volume_id: resource.ref('id'),
      });
    }
    if (host.public.ipv4) this.floating(of, { host, address: host.public.ipv4, port });
  }

  /** Found by name and description: Cinder writes into the metadata of an attached volume, and every plan would take that out. */
  private dataVolume(
    of: Construct,
    { host, name, volume }: DataVolume & { host: Host },
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

  private floating(of: Construct, { host, address, port }: Floating): void {
    const { site } = this;
    new OsResource(
      of,
      'floating',
      'networking_floatingip_v2',
      {
        description: host.name,
        pool: terraformText(site.openstack.externalNetwork),
        address,
        port_id: port.ref('id'),
        tags: tags(site, host.role),
      },
      { dependsOn: this.network.routed, lifecycle: { preventDestroy: true } },
    );
  }
}

/** An address by which the world reaches a host. */
interface Floating {
  host: Host;
  address: string;
  port: OsResource<'networking_port_v2'>;
}
interface DataVolume {
  name: string;
  volume: Volume;
}

/** Where a host keeps what must not be lost. */
function allData(site: Site, host: Host): DataVolume[] {
  const wanted = [
    { name: 'cockroachdb', volume: site.database?.volume, hosts: databaseNodes(site) },
    { name: 'ceph', volume: site.objects?.volume, hosts: workers(site) },
  ];
  return wanted.flatMap(({ name, volume, hosts }) =>
    volume && hosts.includes(host) ? [{ name, volume }] : [],
  );
}
/** The disks that a host carries beside its own; a disk that comes with the flavor is not made here. */
const dataVolumes = (site: Site, host: Host): DataVolume[] =>
  allData(site, host).filter(({ volume }) => volume.store === 'block');
const hasLocalData = (site: Site, host: Host): boolean =>
  allData(site, host).some(({ volume }) => volume.store === 'local');
