import type { Site } from '#sites/model.ts';
import { databaseNodes, hostsOf } from '#sites/questions.ts';
import type { Procedure, Step } from '#sites/schema/procedure.ts';
import {
  allWell,
  cluster,
  DRAIN_SECONDS,
  type MaintenanceProps,
  procedure,
  RECOVERY_SECONDS,
  siteIsWell,
  takeBack,
  takeOut,
} from './maintenance.ts';

export interface SiteMaintenanceProps extends Omit<MaintenanceProps, 'hosts' | 'name'> {
  site: Site;
}

/**
 * Takes a whole site out: its clients go to the other sites, then its nodes of the database hand their leases on and stop; after that
 * its machines may be switched off. Its pods have nowhere to go, so its workers are not drained: they stop with their machines.
 */
export function drainSiteProcedure({ model, site, tree }: SiteMaintenanceProps): Procedure {
  return procedure(
    { model, tree },
    {
      id: `drain-${site.code}`,
      title: `Take ${site.code} out for maintenance`,
      when: `Before the power or the network of ${site.code} goes. \`npm run undrain -- ${site.code}\` takes it back.`,
      steps: [
        ...allWell(siteIsWell(model, site), {
          title: 'See that the database is whole at every site, and all that stands here is well',
          why: 'What is missing already would be missing twice.',
          timeoutSeconds: 60,
        }),
        ...entries(site).map(({ out }) => out),
        ...nodes(site).map(({ out }) => out),
      ],
    },
  );
}

/** Takes a whole site back, in the opposite order; ends when all that it shares with others is whole again. */
export function undrainSiteProcedure({ model, site, tree }: SiteMaintenanceProps): Procedure {
  return procedure(
    { model, tree },
    {
      id: `undrain-${site.code}`,
      title: `Take ${site.code} back after maintenance`,
      when: `When the machines of ${site.code} run again, after \`npm run drain -- ${site.code}\`.`,
      steps: [
        ...[...entries(site), ...nodes(site)].toReversed().map(({ back }) => back),
        ...allWell(siteIsWell(model, site), {
          title: 'Wait until the database is whole at every site, and all that stands here is well',
          why: 'Another site may go only when nothing is missing.',
          timeoutSeconds: RECOVERY_SECONDS,
        }),
      ],
    },
  );
}

interface Way {
  out: Step;
  back: Step;
}

/** The ways in: edges one after the other, or the balancers of a cloud, which a person switches. */
function entries(site: Site): Way[] {
  const edges = hostsOf(site, 'edge').map(
    (edge): Way => ({ out: takeOut(site, edge), back: takeBack(site, edge) }),
  );
  if (site.edge?.kind !== 'octavia') return edges;
  const knock = ['curl', '--silent', '--output', '/dev/null', '--max-time', '5', `https://${site.domain}/`];
  return [
    {
      out: {
        id: 'close',
        title: `Close the way in of ${site.code}`,
        why: 'Clients go to another site before programs end here.',
        person: `Disable the load balancer of the app at ${site.code}.`,
        until: [{ in: 'here', command: knock, fails: true }],
        timeoutSeconds: RECOVERY_SECONDS,
        undo: { why: 'Enable it again.', do: [] },
      },
      back: {
        id: 'open',
        title: `Open the way in of ${site.code}`,
        why: 'Clients come back only when somebody says so.',
        person: `Enable the load balancer of the app at ${site.code}.`,
        until: [{ in: 'here', command: knock }],
        timeoutSeconds: RECOVERY_SECONDS,
        undo: { why: 'Disable it again.', do: [] },
      },
    },
  ];
}

/** The nodes of the database: a StatefulSet as a whole, or host by host. Each drains before it stops. */
function nodes(site: Site): Way[] {
  const all = databaseNodes(site);
  if (!site.kubernetes)
    return all.map((host): Way => ({ out: takeOut(site, host), back: takeBack(site, host) }));
  if (all.length === 0) return [];
  const words = ['--namespace=cockroachdb'];
  const scale = (replicas: number) => ({
    in: cluster(site),
    command: [...words, 'scale', 'statefulset/cockroachdb', `--replicas=${replicas}`],
  });
  const runs = (at: string, is: number) => [
    {
      in: cluster(site),
      command: [...words, 'get', 'statefulset/cockroachdb', '--output=json'],
      json: [{ at: ['status', at], is }],
    },
  ];
  return [
    {
      out: {
        id: 'database-out',
        title: `Stop the nodes of the database at ${site.code}`,
        why: 'Each hands its leases on before it stops; a machine that is switched off does not.',
        do: scale(0),
        until: runs('replicas', 0),
        timeoutSeconds: all.length * DRAIN_SECONDS,
        undo: { why: 'They run again.', do: [scale(all.length)] },
      },
      back: {
        id: 'database-back',
        title: `Start the nodes of the database at ${site.code}`,
        why: 'They were stopped by number; only a number starts them.',
        do: scale(all.length),
        until: runs('readyReplicas', all.length),
        timeoutSeconds: RECOVERY_SECONDS,
        undo: { why: 'They stop again.', do: [scale(0)] },
      },
    },
  ];
}
