import { DATABASE_NODE, OBJECT_VOLUME_BYTES_MIN } from '../capacity.ts';
import { bytes } from '../model.ts';
import { eachSite, type Finding, type Rule, type SitePart } from './rule.ts';

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
          ? [DATABASE_NODE.volumeBytesMin, DATABASE_NODE.volumeBytesMax]
          : [OBJECT_VOLUME_BYTES_MIN, Number.POSITIVE_INFINITY];
      const size = bytes(volume.size);
      if (least <= size && size <= most) return [];
      const limit = size < least ? words(least) : words(most);
      const message = `${NAME[use]} of ${site.code} has ${volume.size}; it ${size < least ? `needs ${limit}` : `may have ${limit}`}`;
      const allowed = [
        most === Number.POSITIVE_INFINITY ? `${words(least)} or more` : `${words(least)} to ${words(most)}`,
      ];
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
const words = (size: number): string =>
  size % 2 ** 40 === 0 ? `${size / 2 ** 40}Ti` : `${size / 2 ** 30}Gi`;

const twice: Rule = {
  code: 'device-twice',
  why: 'the one that comes second would wipe the data of the first',
  check: eachSite((site) => {
    const [first, second] = volumes(site);
    if (!first || !second || first.volume.device !== second.volume.device) return [];
    const message = `database and object store of ${site.code} are on the same device, ${second.volume.device}`;
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

/** Names that the kernel deals out in the order in which it finds disks. */
const DEALT = /^\/dev\/((sd|vd|xvd|hd)[a-z]+|nvme\d+n\d+)(p?\d+)?$/;

const unstable: Rule = {
  code: 'device-name',
  why: 'after a restart that name may be another disk',
  check: eachSite((site) =>
    volumes(site).flatMap(({ use, volume, at }): Finding[] => {
      if (!DEALT.test(volume.device)) return [];
      const message = `${volume.device} is a name that the kernel deals out anew at each start`;
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
