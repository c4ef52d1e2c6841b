import { DATABASE_NODE, OBJECT_VOLUME_MAX, OBJECT_VOLUME_MIN } from '../capacity.ts';
import { Size } from '../size.ts';
import type { SitePart } from './parts.ts';
import { eachSite, type Finding, type Rule } from './rule.ts';

const USES = ['database', 'objects'] as const;
const NAME = { database: 'the database volume', objects: 'the object store volume' };
/** The volumes of a site, with what each is for. */
const volumes = (site: SitePart) =>
  USES.flatMap((use) => {
    const volume = site[use]?.volume;
    return volume ? [{ use, volume, at: (key: string) => [site.code, use, 'volume', key] }] : [];
  });

/** @see https://www.cockroachlabs.com/docs/v26.2/recommended-production-settings#storage */
const store: Rule = {
  code: 'volume-store',
  why: 'a store over the network waits for others, and one on Ceph is lost together with the cluster that it should outlive',
  check: eachSite((site) =>
    volumes(site).flatMap(({ use, volume, at }): Finding[] => {
      const { store } = volume;
      const allowed = site.openstack ? ['local', 'block'] : ['local'];
      if (!store || allowed.includes(store)) return [];
      const edit = { at: at('store'), set: allowed.at(-1) };
      const message =
        store === 'block'
          ? `${NAME[use]} of ${site.code} is a block volume, but the site is in no OpenStack`
          : `${NAME[use]} of ${site.code} is on ${store}; it has to be ${site.openstack ? 'a local disk or a block volume' : 'a local disk'}`;
      return [
        {
          at: at('store'),
          message,
          found: store,
          allowed,
          fix: `write \`store: ${allowed.at(-1)}\` and name such a device`,
          edit,
        },
      ];
    }),
  ),
};

const size: Rule = {
  code: 'volume-size',
  why: 'a volume that fills up stops what writes to it; one that is too large takes days to copy when it is lost',
  check: eachSite((site) =>
    volumes(site).flatMap(({ use, volume, at }): Finding[] => {
      const [least, most] =
        use === 'database'
          ? [DATABASE_NODE.volumeMin, DATABASE_NODE.volumeMax]
          : [OBJECT_VOLUME_MIN, OBJECT_VOLUME_MAX];
      const size = Size.parse(volume.size).bytes;
      if (least.bytes <= size && size <= most.bytes) return [];
      const limit = String(size < least.bytes ? least : most);
      const message = `${NAME[use]} of ${site.code} has ${volume.size}; it ${size < least.bytes ? `needs ${limit}` : `may have ${limit}`}`;
      const allowed = [`${least} to ${most}`];
      return [
        {
          at: at('size'),
          message,
          allowed,
          fix: `write \`size: ${limit}\``,
          edit: { at: at('size'), set: limit },
        },
      ];
    }),
  ),
};

const twice: Rule = {
  code: 'device-twice',
  why: 'the one that comes second would wipe the data of the first',
  check: eachSite((site) => {
    const [first, second] = volumes(site);
    if (!first || !second) return [];
    const [one, two] = [first.volume.device, second.volume.device];
    if (disk(one) !== disk(two) && !isPart(one, two) && !isPart(two, one)) return [];
    const message =
      one === two
        ? `database and object store of ${site.code} are on the same device, ${two}`
        : disk(one) === disk(two)
          ? `database and object store of ${site.code} are on the same device: ${two} and ${one} are one logical volume`
          : `database and object store of ${site.code} are on the same device: ${isPart(two, one) ? two : one} is a part of ${isPart(two, one) ? one : two}`;
    return [
      {
        at: second.at('device'),
        other: first.at('device'),
        message,
        fix: 'name another device for one of the two',
      },
    ];
  }),
};

/** One name for both that a logical volume has: a hyphen within is two there. @see https://manpages.debian.org/bookworm/lvm2/lvm.8.en.html */
function disk(device: string): string {
  const [, group, volume] = /^\/dev\/(?!disk\/|mapper\/|md\/)([^/]+)\/([^/]+)$/.exec(device) ?? [];
  if (!group || !volume) return device;
  return `/dev/mapper/${group.replaceAll('-', '--')}-${volume.replaceAll('-', '--')}`;
}
const isPart = (part: string, whole: string): boolean =>
  part.startsWith(whole) && /^-part\d+$/.test(part.slice(whole.length));

/**
 * Names that the kernel deals out in the order in which it finds disks.
 * @see https://www.kernel.org/doc/html/v6.1/admin-guide/devices.html
 */
const DEALT =
  /^\/dev\/((sd|vd|xvd|hd)[a-z]+|nvme\d+n\d+|mmcblk\d+|dm-|md_?|loop|sr|nbd|rbd|drbd|bcache|zd|pmem|ubi)(p?\d+)?$/;
/** What lies in /dev itself and is no disk. */
const NO_DISK =
  /^\/dev\/(null|zero|full|u?random|kmsg|mem|port|console|core|fuse|kvm|ptmx|rtc\d*|tty.*|pts.*|shm.*|fd.*|std(in|out|err)|loop-control|zram\d*|ram\d*|net.*|input.*|snd.*|log|disk(\/by-[a-z]+)?|mapper(\/control)?)$/;

const unstable: Rule = {
  code: 'device-name',
  why: 'it is made a file system, and after a restart that name may be another disk',
  check: eachSite((site) =>
    volumes(site).flatMap(({ use, volume, at }): Finding[] => {
      const isDealt = DEALT.test(volume.device);
      if (!isDealt && !NO_DISK.test(volume.device)) return [];
      const message = isDealt
        ? `${volume.device} is a name that the kernel gives out again at each start`
        : `${volume.device} is no disk`;
      return [
        {
          at: at('device'),
          message,
          allowed: ['/dev/disk/by-id/…', '/dev/disk/by-path/…', '/dev/<volume group>/<volume>'],
          fix: `write the name of the disk of ${use} in /dev/disk/by-id/`,
        },
      ];
    }),
  ),
};

export const volumeRules: Rule[] = [store, size, twice, unstable];
