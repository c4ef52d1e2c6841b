import type { Model, Site } from '#sites/model.ts';
import type { Action, Gate, Plan, Step } from '#sites/schema/plan.ts';
import { OBJECT_STORE } from '../kubernetes/ceph/object-store-names.ts';

/** Nobody gets in at a site: the gate before everything that two sites must not do at once. */
export function closed(
  site: Site,
  person: string,
  why = 'Two sites that take writes at once make two truths.',
): Step {
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
export const knock = (site: Site): string[] => [
  'curl',
  '--silent',
  '--output',
  '/dev/null',
  '--max-time',
  '5',
  site.objects!.endpoint,
];

export function setReadOnly(model: Model, site: Site, why: string): Step[] {
  const writable = {
    in: ceph(site),
    command: [...admin(model, site, 'zone', 'modify'), '--read-only=false'],
  };
  return [
    {
      id: 'read-only',
      title: `Let the zone of ${site.code} refuse writes`,
      why,
      do: { in: ceph(site), command: [...admin(model, site, 'zone', 'modify'), '--read-only'] },
      until: [],
      timeoutSeconds: 120,
      undo: { why: 'As it was.', do: [writable] },
    },
    {
      id: 'read-only-commit',
      title: 'Make it part of the period',
      why: 'Gateways act on the period and on nothing else.',
      do: { in: ceph(site), command: commit(model, site) },
      until: [readOnlyIs(model, site, true, site)],
      timeoutSeconds: 300,
      undo: {
        why: `${site.code} takes writes again.`,
        do: [writable, { in: ceph(site), command: commit(model, site) }],
      },
    },
  ];
}

export function takeRole(model: Model, site: Site, until: Gate[]): Step[] {
  return [
    {
      id: 'take',
      title: `Let the zone of ${site.code} come first and take writes`,
      why: 'Only the first zone decides on buckets and users; the others pass such requests on to it.',
      do: {
        in: ceph(site),
        command: [...admin(model, site, 'zone', 'modify'), '--master', '--read-only=false'],
      },
      until: [],
      timeoutSeconds: 120,
      undo: onward,
    },
    {
      id: 'take-commit',
      title: 'Make it part of the period',
      why: 'Gateways act on the period and on nothing else; they take it up without a new start.',
      do: { in: ceph(site), command: commit(model, site) },
      until: [
        ...until,
        {
          in: ceph(site),
          command: admin(model, site, 'sync', 'status'),
          matches: ['no sync \\(zone is master\\)'],
        },
      ],
      timeoutSeconds: 300,
      undo: { why: 'The way back is a handover to the other site, once both are well.', do: [] },
    },
  ];
}

/** Rook's operator pulls whenever it looks at the realm, so the field says whom a site follows. */
export function attach(model: Model, site: Site, master: Site): Step {
  const { endpoint } = master.objects!;
  return {
    id: `follow-${site.code}`,
    title: `Let Rook at ${site.code} follow ${master.code}`,
    why: `It would pull the realm from where it was before, and with it an old period.`,
    do: setPull(model, site, endpoint),
    until: [pullIs(model, site, endpoint)],
    timeoutSeconds: 300,
    undo: { why: 'Only a handover changes whom it should follow.', do: [] },
  };
}
export function detach(model: Model, site: Site, master: Site, why: string): Step {
  return {
    id: 'detach',
    title: `Let Rook at ${site.code} pull no realm`,
    why,
    do: setPull(model, site, null),
    until: [pullIs(model, site, '')],
    timeoutSeconds: 60,
    undo: {
      why: `It follows ${master.code} as before.`,
      do: [setPull(model, site, master.objects!.endpoint)],
    },
  };
}
const setPull = (model: Model, site: Site, endpoint: string | null): Action => ({
  in: kubectl(site),
  command: [
    'patch',
    'cephobjectrealm',
    model.objects!.realm,
    '--type=merge',
    `--patch=${JSON.stringify({ spec: { pull: endpoint && { endpoint } } })}`,
  ],
});
const pullIs = (model: Model, site: Site, endpoint: string): Gate => ({
  in: kubectl(site),
  command: ['get', 'cephobjectrealm', model.objects!.realm, '--output=jsonpath={.spec.pull.endpoint}'],
  matches: [`^${endpoint.replaceAll('.', '\\.')}$`],
});

export function waitForCopy(model: Model, site: Site, id: string, title: string, why: string): Step {
  return {
    id,
    title,
    why,
    until: [
      {
        in: ceph(site),
        command: admin(model, site, 'sync', 'status'),
        matches: ['metadata is caught up with master', 'data is caught up with source'],
        // Between two periods Ceph says "caught up" too: of the old one.
        rejects: ['different period', 'behind', 'full sync: [1-9]', 'failed', 'preparing', 'recovering'],
      },
    ],
    timeoutSeconds: 3600,
    undo: nothing,
  };
}

export function writeDown(model: Model, site: Site, primary: Site): Step {
  return {
    id: 'write-down',
    title: 'Write it down in the model',
    why: `The tree still says that ${primary.code} takes writes: applied as it is, it would undo this plan. The app, the backups and the alerts take the address for writes from the model too.`,
    person: `Set \`objects.primary\` in platform.yaml to ${site.code}, synthesize, have the change reviewed, apply it to every site, and run ${model.domain}'s backups.sql.`,
    until: [],
    timeoutSeconds: 86400,
    undo: { why: 'Set it back, after a handover.', do: [] },
  };
}
export const nothing = { why: 'Nothing was changed.', do: [] };
/** Rook commits what it finds whenever it looks at a zone, so what is half done does not stay so. */
export const onward = {
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
export function placesOf(steps: Step[], sites: Site[]): Plan['places'] {
  const { namespace } = OBJECT_STORE;
  const folder = `/var/lib/rook/${namespace}`;
  const keys = `--conf=${folder}/${namespace}.config --name=client.admin --keyring=${folder}/client.admin.keyring`;
  const inside = ['exec', '--stdin', 'deployment/rook-ceph-operator', '--', 'env', `CEPH_ARGS=${keys}`];
  const all: [string, Plan['places'][string]][] = [
    ['here', { prefix: [] }],
    ...sites.flatMap((site): [string, Plan['places'][string]][] => {
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

export const admin = (model: Model, site: Site, ...words: string[]): string[] => [
  'radosgw-admin',
  ...words,
  `--rgw-realm=${model.objects!.realm}`,
  `--rgw-zonegroup=${model.objects!.realm}`,
  `--rgw-zone=${site.objects!.zone}`,
];
/** The first one after the loss of a site takes half a minute: Ceph waits for watchers that are gone. */
const commit = (model: Model, site: Site): string[] => [
  ...admin(model, site, 'period', 'update'),
  '--commit',
];

export const readOnlyIs = (model: Model, zone: Site, is: boolean, seenFrom: Site): Gate => ({
  in: ceph(seenFrom),
  command: admin(model, seenFrom, 'zonegroup', 'get'),
  json: [{ at: ['zones', { name: zone.objects!.zone }, 'read_only'], is }],
});
export const samePeriod = (model: Model, a: Site, b: Site): Gate => ({
  in: ceph(a),
  command: admin(model, a, 'period', 'get-current'),
  sameAs: { in: ceph(b), command: admin(model, b, 'period', 'get-current') },
});
