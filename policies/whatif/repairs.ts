import { storeServes } from './facts.ts';
import type { Judged } from './judge.ts';
import type { Part } from './parts.ts';
import type { World, WorldSite } from './world.ts';

/** What mends a state: a procedure of the tree, or commands as the runbooks have them. */
export interface Repair {
  what: string;
  run: string;
  /** At most, where the files say so, and what says it. */
  lasts?: { seconds: number; timer: string };
}
/** It in one line, without what is to be run. */
export const repairText = ({ what, lasts }: Repair): string =>
  lasts ? `${what} (at most ${Math.round(lasts.seconds / 60)} min by ${lasts.timer})` : what;

export function repairsOf(world: World, parts: readonly Part[], judged: Judged): Repair[] {
  const first = world.sites.find(({ zone }) => zone?.takesWrites);
  const promoted = first && !storeServes(world, judged, first.index);
  const followers = world.sites.filter(
    ({ index, zone }) => zone && index !== first?.index && storeServes(world, judged, index),
  );
  const procedure = (id: string, site: string) =>
    world.procedures.find((each) => each.id === id && each.site === site);
  return [
    ...judged.entry.misleading.flatMap((index) => drain(world.sites[index]!, judged)),
    ...(promoted
      ? followers.slice(0, 1).flatMap(({ code }) =>
          ['object-store-promote', 'object-store-return']
            .flatMap((id) => procedure(id, code) ?? [])
            .map(({ title, path, seconds, personSeconds }, index) => ({
              what: `${title}${index > 0 ? ', once it is back' : ''}`,
              run: `dist/${path}`,
              ...(seconds > 0
                ? {
                    lasts: {
                      seconds,
                      timer: `timeoutSeconds of its steps${personSeconds > 0 ? `, ${Math.round(personSeconds / 60)} of them for a person` : ''}`,
                    },
                  }
                : {}),
            })),
        )
      : []),
    ...(judged.database && judged.database.lost.over > 0 ? [quorum] : []),
    ...parts.flatMap((part) => mend(world, part)),
  ];
}

const quorum: Repair = {
  what: 'start the nodes that are missing: the majority returns with them, and nothing is lost; recover by force only where their disks are gone',
  run: 'dist/platform/runbooks/cockroachdb.md#cockroachdbrangesunavailable',
};

/** An edge that a person drained announces nothing. */
function drain({ code, wayIn }: WorldSite, { locals }: Judged): Repair[] {
  if (wayIn?.kind !== 'haproxy' || locals.every(({ dead }) => dead)) return [];
  return wayIn.edges.map((host) => ({
    what: `lead nobody to ${code} until it serves again`,
    run: `ssh -F dist/${code}/inventory/ssh_config ${host} sudo fredu-drain`,
  }));
}

function mend(world: World, part: Part): Repair[] {
  const [index] = [...part.atoms.keys()];
  const site = index === undefined ? undefined : world.sites[index];
  const node = (host: string) =>
    site?.cluster
      ? `kubectl --context=${site.code} --namespace=cockroachdb get pods --output=wide --field-selector=spec.nodeName=${host}`
      : `ssh -F dist/${site?.code}/inventory/ssh_config ${host} sudo systemctl restart cockroachdb`;
  switch (part.kind) {
    case 'site':
    case 'machine':
    case 'host':
      return [
        { what: `bring ${part.id} back, or replace it`, run: 'dist/platform/runbooks/node.md#nodedown' },
      ];
    case 'database node':
      return [{ what: 'see why the node does not run', run: node(part.id.split('/')[0]!) }];
    case 'process':
      return [
        {
          what: `see what stops ${part.id.slice(part.id.indexOf('/') + 1)}, and take the last change back`,
          run: runbook(part.id),
        },
      ];
    case 'firewall':
      return [{ what: `bring ${part.id} back`, run: `dist/${site!.code}/front-firewall/rules.md` }];
    case 'balancer':
      return [
        { what: 'let Octavia recreate the balancer', run: `openstack loadbalancer failover ${part.id}` },
        { what: 'what it answers to', run: 'dist/platform/runbooks/data-path.md#octaviadown' },
      ];
    case 'link':
      return [
        {
          what: 'the provider of the line mends it; drain nothing until then',
          run: 'dist/platform/runbooks/cockroachdb.md#cockroachdbpeersunreachable',
        },
      ];
    case 'authority':
      return [
        part.id.endsWith('database')
          ? {
              what: 'issue certificates again',
              run: 'dist/platform/runbooks/platform.md#databasecertificateending',
            }
          : {
              what: 'renew by another authority',
              run: 'dist/platform/runbooks/platform.md#certificateending',
            },
      ];
    case 'licence':
      return [
        { what: 'set a licence', run: 'dist/platform/runbooks/cockroachdb.md#cockroachdblicencemissing' },
      ];
    case 'time source':
      return [
        {
          what: 'hosts keep to the others; name another one where it stays away',
          run: 'platform.yaml, key time',
        },
      ];
    case 'name server':
      return [{ what: 'the other ones answer', run: 'dist/platform/dns/' }];
    case 'drain':
    case 'upgrade':
      return [
        {
          what: 'finish it before anything else is touched',
          run: `dist/${site!.code}/inventory/hosts/playbook.yaml`,
        },
      ];
  }
}

/** The runbook of what stands on the data path, else that of the cluster. */
function runbook(id: string): string {
  const books: [RegExp, string][] = [
    [/ceph/, 'ceph'],
    [/cockroachdb/, 'cockroachdb'],
    [/haproxy|keepalived|bird/, 'edge'],
    [/education-/, 'education'],
    [/traefik|pgbouncer|memcached/, 'data-path'],
    [/monitoring\//, 'observers'],
  ];
  return `dist/platform/runbooks/${books.find(([pattern]) => pattern.test(id))?.[1] ?? 'kubernetes'}.md`;
}
