import type { ObjectStores, Site } from '#sites/model.ts';
import type { Procedure } from '#sites/schema/procedure.ts';
import type { ObjectsSite } from '#sites/site-kinds.ts';
import {
  admin,
  attach,
  ceph,
  closed,
  closing,
  detach,
  knock,
  kubectl,
  nothing,
  opening,
  placesOf,
  readOnlyIs,
  samePeriod,
  setReadOnly,
  takeRole,
  waitForCopy,
  writeDown,
} from './object-store-steps.ts';

export interface ObjectStorePlansProps {
  /** Of the platform. */
  domain: string;
  /** The realm, and who has which role in it. */
  objects: ObjectStores;
  /** The site that the plans are for; it does not take writes. */
  site: ObjectsSite;
  /** Every site of the platform, which a step may be carried out at. */
  sites: readonly Site[];
}

/**
 * What changes the roles of zones. Rook makes zones and never says which of them takes writes after that, so the commands are
 * Ceph's own, run beside the operator, which has Ceph's programs and keys. The order of every plan was carried out on real
 * Ceph; what went wrong in other orders stands as the reason of its step.
 *
 * @see https://docs.ceph.com/en/latest/radosgw/multisite/
 */
export function objectStorePlans({ sites, ...roles }: ObjectStorePlansProps): Procedure[] {
  return [readOnly(roles), promote(roles), returns(roles), handover(roles)].map(({ steps, ...plan }) => ({
    ...plan,
    places: placesOf(steps, sites),
    steps,
  }));
}
type Roles = Omit<ObjectStorePlansProps, 'sites'>;
type Draft = Omit<Procedure, 'places'>;

/** After the installation: a zone that Rook made takes writes of its own until it is made read-only. */
function readOnly({ objects: { realm, primary }, site }: Roles): Draft {
  return {
    id: 'object-store-read-only',
    title: `Let the object store of ${site.code} follow ${primary.code}`,
    when: `Once, when the object stores of ${primary.code} and ${site.code} are both ready; to carry it out again changes nothing.`,
    steps: [
      waitForCopy({
        realm,
        site,
        id: 'copied',
        title: 'Wait until everything is copied',
        why: 'A zone that has not caught up would show less than there is.',
      }),
      ...setReadOnly({
        realm,
        site,
        why: `Until then ${site.code} takes writes of its own, and two sites may write one file.`,
      }),
      {
        id: 'agreed',
        title: `See ${primary.code} agree`,
        why: 'A period that only one side knows is rolled back by the other.',
        until: [
          readOnlyIs({ realm, zone: site, is: true, seenFrom: primary }),
          samePeriod(realm, [site, primary]),
        ],
        timeoutSeconds: 300,
        undo: nothing,
      },
    ],
  };
}

/** The site that took writes is lost: this one takes them. */
function promote({ domain, objects: { realm, primary, secondaries }, site }: Roles): Draft {
  const others = secondaries.filter((each) => each !== site);
  return {
    id: 'object-store-promote',
    title: `Take writes at ${site.code} instead of ${primary.code}`,
    when: `${primary.code} is lost, and waiting for it costs more than what was written there in its last seconds. While it answers, hand over instead: nothing is lost then.`,
    steps: [
      closed({
        site: primary,
        person: `No client may reach ${primary.code} any more: power it off, or ${closing(primary)}.`,
      }),
      detach({
        realm,
        follower: site,
        master: primary,
        why: 'Rook would pull the realm of the lost site again when it returns, and the promotion with it would be undone.',
      }),
      {
        id: 'fence',
        title: `Let ${primary.code} be read-only, in the same period`,
        why: `When ${primary.code} returns it learns in one moment that it is no longer first and that it takes no writes. If it learnt one after the other, both sites would take writes in between.`,
        do: {
          in: ceph(site),
          read: admin({ realm, site }, 'zonegroup', 'get'),
          set: roles({ writer: site, reader: primary }),
          write: admin({ realm, site }, 'zonegroup', 'set'),
        },
        until: [readOnlyIs({ realm, zone: primary, is: true, seenFrom: site })],
        timeoutSeconds: 120,
        undo: {
          why: 'As it was.',
          do: [
            {
              in: ceph(site),
              read: admin({ realm, site }, 'zonegroup', 'get'),
              set: roles({ writer: primary, reader: site }),
              write: admin({ realm, site }, 'zonegroup', 'set'),
            },
          ],
        },
      },
      ...takeRole({
        realm,
        site,
        until: [
          readOnlyIs({ realm, zone: primary, is: true, seenFrom: site }),
          readOnlyIs({ realm, zone: site, is: false, seenFrom: site }),
        ],
      }),
      ...others.map((other) => attach({ realm, follower: other, master: site })),
      writeDown({ domain, primary, site }),
    ],
  };
}

/** One zone takes writes, another does not. */
const roles = ({ writer, reader }: Record<'writer' | 'reader', ObjectsSite>) => [
  { at: ['zones', { name: writer.objects.zone }, 'read_only'], to: false },
  { at: ['zones', { name: reader.objects.zone }, 'read_only'], to: true },
];

/** This site was away while another took its role, or just away: it comes back as a follower and never writes in between. */
function returns({ objects: { realm, primary }, site }: Roles): Draft {
  return {
    id: 'object-store-return',
    title: `Bring ${site.code} back behind ${primary.code}`,
    when: `${site.code} comes back after an outage in which ${primary.code} took the writes; start before its hosts are powered on.`,
    steps: [
      closed({
        site,
        person: `Close the way in of ${site.code} (${closing(site)}), then power its other hosts on.`,
        why: `The gateways of ${site.code} wake up believing that they come first: for 17 to 30 seconds they would take writes, and a bucket made then exists at ${site.code} only, for ever.`,
      }),
      {
        id: 'disks',
        title: 'Wait for monitors and disks',
        why: 'What follows is written to them.',
        until: [
          {
            in: ceph(site),
            command: ['ceph', 'osd', 'tree', 'down', '--format=json'],
            json: [{ at: ['nodes'], is: [] }],
          },
          { in: ceph(site), command: ['ceph', 'health'], rejects: ['HEALTH_ERR'] },
        ],
        timeoutSeconds: 1800,
        undo: nothing,
      },
      {
        ...attach({ realm, follower: site, master: primary }),
        title: `Pull the realm from ${primary.code}`,
        why: `To pull the period alone is not enough: the site would keep its own. Rook pulls the realm when this field changes.`,
        until: [samePeriod(realm, [site, primary])],
      },
      ...setReadOnly({
        realm,
        site,
        why: `It follows ${primary.code} from now on; in most cases the period says so already.`,
      }),
      {
        id: 'restart',
        title: 'Restart the gateways',
        why: 'They read their role when they start.',
        do: { in: kubectl(site), command: ['delete', 'pod', '--selector=app=rook-ceph-rgw', '--wait=true'] },
        until: [
          {
            in: kubectl(site),
            command: [
              'wait',
              'pod',
              '--selector=app=rook-ceph-rgw',
              '--for=condition=Ready',
              '--timeout=10s',
            ],
          },
        ],
        timeoutSeconds: 600,
        undo: nothing,
      },
      {
        id: 'open',
        title: `Open the way in of ${site.code}`,
        why: 'Clients read near by again, and the other zones reach this one.',
        person: `Open the way in of ${site.code} again (${opening(site)}).`,
        until: [{ in: 'here', command: knock(site) }],
        timeoutSeconds: 900,
        undo: { why: 'Close it again; the zone only reads.', do: [] },
      },
      waitForCopy({
        realm,
        site,
        id: 'copied',
        title: 'Wait until everything is copied',
        why: 'Then a handover costs nothing any more.',
      }),
    ],
  };
}

/** Both sites are well: this one takes writes from the one that has them. A failback is one. */
function handover({ domain, objects: { realm, primary, secondaries }, site }: Roles): Draft {
  const others = secondaries.filter((each) => each !== site);
  return {
    id: 'object-store-handover',
    title: `Hand the object store over from ${primary.code} to ${site.code}`,
    when: 'Both sites are well: before maintenance, and to go back after a promotion. Nobody can write for some seconds, up to half a minute.',
    steps: [
      waitForCopy({
        realm,
        site,
        id: 'near',
        title: `Wait until ${site.code} has nearly everything`,
        why: 'The longer the rest takes, the longer nobody can write.',
      }),
      ...setReadOnly({
        realm,
        site: primary,
        why: `What is still written at ${primary.code} now would be missing at ${site.code}.`,
      }),
      waitForCopy({
        realm,
        site,
        id: 'copied',
        title: 'Wait for the last of it',
        why: 'What was not copied would be lost to readers, and come back later over newer files.',
      }),
      detach({
        realm,
        follower: site,
        master: primary,
        why: 'Rook would pull the old realm again and undo the change.',
      }),
      ...takeRole({ realm, site, until: [readOnlyIs({ realm, zone: site, is: false, seenFrom: site })] }),
      {
        id: 'followed',
        title: `See ${primary.code} follow`,
        why: 'A site that missed the new period would take its old role at its next start.',
        until: [
          samePeriod(realm, [site, primary]),
          readOnlyIs({ realm, zone: primary, is: true, seenFrom: primary }),
        ],
        timeoutSeconds: 300,
        undo: nothing,
      },
      ...[primary, ...others].map((each) => attach({ realm, follower: each, master: site })),
      writeDown({ domain, primary, site }),
    ],
  };
}
