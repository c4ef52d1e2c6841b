import type { Site } from '#sites/model.ts';
import type { Action, Gate, Procedure, Step } from '#sites/schema/procedure.ts';
import type { ObjectsSite } from '#sites/site-kinds.ts';
import { OBJECT_STORE } from '../kubernetes/ceph/object-store-names.ts';

/** The zone of a site in the realm of the object stores. */
export interface CephZone {
  /** The realm's name, which is the zone group's too. */
  realm: string;
  site: ObjectsSite;
}

export interface ClosedProps {
  site: ObjectsSite;
  /** What a person is asked to do. */
  person: string;
  /** @default that two sites which take writes make two truths */
  why?: string;
}

/** Nobody gets in at a site: the gate before everything that two sites must not do at once. */
export function closed({
  site,
  person,
  why = 'Two sites that take writes at once make two truths.',
}: ClosedProps): Step {
  return {
    id: 'close',
    title: `Close the way in of ${site.code}`,
    why,
    person,
    until: [{ in: 'here', command: knock(site), fails: true }],
    timeoutSeconds: 3600,
    undo: { why: `Open it again (${opening(site)}).`, do: [] },
  };
}
export const closing = (site: Site): string =>
  site.edge?.kind === 'octavia' ? 'disable the load balancer of the app' : 'switch its edge hosts off';
export const opening = (site: Site): string =>
  site.edge?.kind === 'octavia' ? 'enable the load balancer of the app' : 'switch its edge hosts on';
export const knock = ({ objects }: ObjectsSite): string[] => [
  'curl',
  '--silent',
  '--output',
  '/dev/null',
  '--max-time',
  '5',
  objects.endpoint,
];

export function setReadOnly({ realm, site, why }: CephZone & { why: string }): Step[] {
  const zone = { realm, site };
  const writable = {
    in: ceph(site),
    command: [...admin(zone, 'zone', 'modify'), '--read-only=false'],
  };
  return [
    {
      id: 'read-only',
      title: `Let the zone of ${site.code} refuse writes`,
      why,
      do: { in: ceph(site), command: [...admin(zone, 'zone', 'modify'), '--read-only'] },
      until: [],
      timeoutSeconds: 120,
      undo: { why: 'As it was.', do: [writable] },
    },
    {
      id: 'read-only-commit',
      title: 'Make it part of the period',
      why: 'Gateways act on the period and on nothing else.',
      do: { in: ceph(site), command: commit(zone) },
      until: [readOnlyIs({ realm, zone: site, is: true, seenFrom: site })],
      timeoutSeconds: 300,
      undo: {
        why: `${site.code} takes writes again.`,
        do: [writable, { in: ceph(site), command: commit(zone) }],
      },
    },
  ];
}

export function takeRole({ realm, site, until }: CephZone & { until: Gate[] }): Step[] {
  const zone = { realm, site };
  return [
    {
      id: 'take',
      title: `Let the zone of ${site.code} come first and take writes`,
      why: 'Only the first zone decides on buckets and users; the others pass such requests on to it.',
      do: {
        in: ceph(site),
        command: [...admin(zone, 'zone', 'modify'), '--master', '--read-only=false'],
      },
      until: [],
      timeoutSeconds: 120,
      undo: onward,
    },
    {
      id: 'take-commit',
      title: 'Make it part of the period',
      why: 'Gateways act on the period and on nothing else; they take it up without a new start.',
      do: { in: ceph(site), command: commit(zone) },
      until: [
        ...until,
        {
          in: ceph(site),
          command: admin(zone, 'sync', 'status'),
          matches: ['no sync \\(zone is master\\)'],
        },
      ],
      timeoutSeconds: 300,
      undo: { why: 'The way back is a handover to the other site, once both are well.', do: [] },
    },
  ];
}

export interface FollowProps {
  realm: string;
  /** The site whose Rook pulls the realm. */
  follower: ObjectsSite;
  /** The site from which it pulls. */
  master: ObjectsSite;
}

/** Rook's operator pulls whenever it looks at the realm, so the field says whom a site follows. */
export function attach({ realm, follower, master }: FollowProps): Step {
  const zone = { realm, site: follower };
  const { endpoint } = master.objects;
  return {
    id: `follow-${follower.code}`,
    title: `Let Rook at ${follower.code} follow ${master.code}`,
    why: `It would pull the realm from where it was before, and with it an old period.`,
    do: setPull(zone, endpoint),
    until: [pullIs(zone, endpoint)],
    timeoutSeconds: 300,
    undo: { why: 'Only a handover changes whom it should follow.', do: [] },
  };
}
export function detach({ realm, follower, master, why }: FollowProps & { why: string }): Step {
  const zone = { realm, site: follower };
  return {
    id: 'detach',
    title: `Let Rook at ${follower.code} pull no realm`,
    why,
    do: setPull(zone, null),
    until: [pullIs(zone, '')],
    timeoutSeconds: 60,
    undo: {
      why: `It follows ${master.code} as before.`,
      do: [setPull(zone, master.objects.endpoint)],
    },
  };
}
const setPull = ({ realm, site }: CephZone, endpoint: string | null): Action => ({
  in: kubectl(site),
  command: [
    'patch',
    'cephobjectrealm',
    realm,
    '--type=merge',
    `--patch=${JSON.stringify({ spec: { pull: endpoint && { endpoint } } })}`,
  ],
});
const pullIs = ({ realm, site }: CephZone, endpoint: string): Gate => ({
  in: kubectl(site),
  command: ['get', 'cephobjectrealm', realm, '--output=jsonpath={.spec.pull.endpoint}'],
  matches: [`^${endpoint.replaceAll('.', '\\.')}$`],
});

export interface CopyProps extends CephZone {
  /** Of the step, unique in its procedure. */
  id: string;
  title: string;
  why: string;
}

export function waitForCopy({ realm, site, id, title, why }: CopyProps): Step {
  return {
    id,
    title,
    why,
    until: [
      {
        in: ceph(site),
        command: admin({ realm, site }, 'sync', 'status'),
        matches: ['metadata is caught up with master', 'data is caught up with source'],
        // Between two periods Ceph says "caught up" too: of the old one.
        rejects: ['different period', 'behind', 'full sync: [1-9]', 'failed', 'preparing', 'recovering'],
      },
    ],
    timeoutSeconds: 3600,
    undo: nothing,
  };
}

export interface WriteDownProps {
  /** Of the platform. */
  domain: string;
  /** The site that the tree still names. */
  primary: Site;
  /** The site that takes writes now. */
  site: Site;
}

export function writeDown({ domain, primary, site }: WriteDownProps): Step {
  return {
    id: 'write-down',
    title: 'Write it down in the model',
    why: `The tree still says that ${primary.code} takes writes: applied as it is, it would undo this plan. The app, the backups and the alerts take the address for writes from the model too.`,
    person: `Set \`objects.primary\` in platform.yaml to ${site.code}, synthesize, have the change reviewed, apply it to every site, and run ${domain}'s backups.sql.`,
    until: [],
    timeoutSeconds: 86400,
    undo: { why: 'Set it back, after a handover.', do: [] },
  };
}
export const nothing = { why: 'Nothing was changed.', do: [] };
/** Rook commits what it finds whenever it looks at a zone, so what is half done does not stay so. */
const onward = {
  why: 'Go on: Rook would make it part of the period by itself, sooner or later.',
  do: [],
};

// Places, commands and gates.

export const ceph = (site: Site): string => `ceph@${site.code}`;
export const kubectl = (site: Site): string => `kubectl@${site.code}`;

/**
 * The places that these steps use. The operator has Ceph's programs, its configuration and the keys; a pod of tools that
 * only waits is not needed.
 */
export function placesOf(steps: Step[], sites: readonly Site[]): Procedure['places'] {
  const { namespace } = OBJECT_STORE;
  const folder = `/var/lib/rook/${namespace}`;
  const keys = `--conf=${folder}/${namespace}.config --name=client.admin --keyring=${folder}/client.admin.keyring`;
  const inside = ['exec', '--stdin', 'deployment/rook-ceph-operator', '--', 'env', `CEPH_ARGS=${keys}`];
  const all: [string, Procedure['places'][string]][] = [
    ['here', { prefix: [] }],
    ...sites.flatMap((site): [string, Procedure['places'][string]][] => {
      const control = ['kubectl', `--context=${site.code}`, `--namespace=${namespace}`];
      return [
        [kubectl(site), { site: site.code, prefix: control }],
        [ceph(site), { site: site.code, prefix: [...control, ...inside] }],
      ];
    }),
  ];
  const used = JSON.stringify(steps);
  return Object.fromEntries(all.filter(([place]) => used.includes(`"in":${JSON.stringify(place)}`)));
}

export const admin = ({ realm, site }: CephZone, ...words: string[]): string[] => [
  'radosgw-admin',
  ...words,
  `--rgw-realm=${realm}`,
  `--rgw-zonegroup=${realm}`,
  `--rgw-zone=${site.objects.zone}`,
];
/** The first one after the loss of a site takes half a minute: Ceph waits for watchers that are gone. */
const commit = (zone: CephZone): string[] => [...admin(zone, 'period', 'update'), '--commit'];

export interface ReadOnlyProps {
  realm: string;
  /** Whose zone is looked at. */
  zone: ObjectsSite;
  is: boolean;
  /** Whose Ceph is asked. */
  seenFrom: ObjectsSite;
}
export const readOnlyIs = ({ realm, zone, is, seenFrom }: ReadOnlyProps): Gate => ({
  in: ceph(seenFrom),
  command: admin({ realm, site: seenFrom }, 'zonegroup', 'get'),
  json: [{ at: ['zones', { name: zone.objects.zone }, 'read_only'], is }],
});
/** Asked of the first, and compared with what the second says. */
export const samePeriod = (realm: string, [one, other]: [ObjectsSite, ObjectsSite]): Gate => ({
  in: ceph(one),
  command: admin({ realm, site: one }, 'period', 'get-current'),
  sameAs: { in: ceph(other), command: admin({ realm, site: other }, 'period', 'get-current') },
});
