import { isEmpty } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import type { Gate, Procedure, Step } from '#sites/schema/procedure.ts';
import { hasObjects, type ObjectsSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { databaseIsWhole, placesAtSites } from './maintenance.ts';
import { objectStorePlans } from './object-store-plans.ts';
import { closed, closing, nothing } from './object-store-steps.ts';

/** What a person asks of the platform about a whole site; each is a file of the site's plans. */
export const FAILOVERS = ['lost', 'return', 'handover'] as const;
export type Failover = (typeof FAILOVERS)[number];

/** Longer than any outage or maintenance that nobody looks after; it is ended by hand or by the way back. */
const SILENCE_HOURS = 168;

/**
 * What is done when a whole site is lost, when it comes back, and when it is to take writes while all is well: the object store's
 * plans with what else changes hands beside them.
 *
 * Two things change hands by themselves, and no step does them. Leases go to the next site of their preference within seconds, and
 * come back; the announcement of the shared address is withdrawn by an edge that serves nothing. Steps see that it is so.
 */
export function failoverPlans(model: Model, site: Site): Procedure[] {
  const { objects } = model;
  if (!objects || !hasObjects(site)) return [];
  const lost = lostPlan(model, site);
  if (site === objects.primary) return lost ? [lost] : [];
  const plans = objectStorePlans({ domain: model.domain, objects, site, sites: model.sites });
  const stepsOf = (id: string) => plans.find((plan) => plan.id === `object-store-${id}`)!.steps;
  const first = objects.primary;
  return [
    ...(lost ? [lost] : []),
    whole(model, {
      id: 'failover-return',
      title: `Take ${site.code} back after it was lost`,
      when: `${site.code} can run again, and ${first.code} takes the writes; start before its hosts are powered on. To give it its role back afterwards: \`npm run failover -- --handover ${site.code}\`.`,
      steps: [
        ...stepsOf('return'),
        databaseWhole(model),
        serve(model, site),
        loud(first, site, `Alerts about ${site.code} wake people again only when it is whole.`),
      ],
    }),
    whole(model, {
      id: 'failover-handover',
      title: `Hand the roles of ${first.code} over to ${site.code}`,
      when: `Both sites are well: before ${first.code} goes out for maintenance, and to go back after a loss.`,
      steps: [
        databaseWhole(model),
        serve(model, site),
        ...stepsOf('handover').map((step) => (step.id === 'write-down' ? withLeases(step, site) : step)),
      ],
    }),
  ];
}

/** Nothing where no other site can do what this one did. */
function lostPlan(model: Model, site: ObjectsSite): Procedure | undefined {
  const { primary, secondaries } = model.objects!;
  const heir = site === primary ? secondaries[0] : primary;
  if (!heir) return undefined;
  const promote =
    site === primary
      ? objectStorePlans({
          domain: model.domain,
          objects: model.objects!,
          site: heir,
          sites: model.sites,
        }).find(({ id }) => id === 'object-store-promote')!.steps
      : [
          closed({
            site,
            person: `No client may reach ${site.code} any more: power it off, or ${closing(site)}.`,
            why: `It must not serve what is old when it comes back half.`,
          }),
        ];
  const [fence, ...rest] = promote;
  return whole(model, {
    id: 'failover-lost',
    title: `Go on without ${site.code}, at ${heir.code}`,
    when: `${site.code} is lost, and waiting for it costs more than ${site === primary ? 'what was written there in its last seconds' : 'its return will'}. While it answers, hand over instead: nothing is lost then.`,
    steps: [fence!, quiet(heir, site), serve(model, heir), ...rest],
  });
}

function whole(model: Model, { steps, ...draft }: Omit<Procedure, 'places'>): Procedure {
  const used = JSON.stringify(steps);
  const observers = model.sites
    .filter((site) => used.includes(`"in":${JSON.stringify(alerts(site))}`))
    .map((site): [string, Procedure['places'][string]] => [
      alerts(site),
      {
        site: site.code,
        prefix: [
          'kubectl',
          `--context=${site.code}`,
          '--namespace=monitoring',
          'exec',
          'statefulset/alertmanager',
          '--',
        ],
      },
    ]);
  return {
    ...draft,
    places: { ...placesAtSites({ model, tree: 'dist' }, steps), ...Object.fromEntries(observers) },
    steps,
  };
}

const alerts = (site: Site): string => `alerts@${site.code}`;
const URL = `--alertmanager.url=http://localhost:${PORTS.alertmanager}`;
const query = (of: Site) => ['amtool', URL, 'silence', 'query', `site=${of.code}`];
/** The names of silences are chosen by Alertmanager, so they are asked for; without one there is nothing to end. */
const expire = (at: Site, of: Site) => ({
  in: alerts(at),
  command: [
    'sh',
    '-c',
    `ids=$(amtool ${URL} silence query --quiet site=${of.code}) && { test -z "$ids" || amtool ${URL} silence expire $ids; }`,
  ],
});
const silenced = (at: Site, of: Site): Gate => ({ in: alerts(at), command: query(of), matches: [of.code] });

function quiet(at: Site, of: Site): Step {
  return {
    id: 'silence',
    title: `Silence what is known of ${of.code}`,
    why: `Its loss pages every hour, and what is new at ${at.code} drowns in it.`,
    do: {
      in: alerts(at),
      command: [
        'amtool',
        URL,
        'silence',
        'add',
        '--author=failover',
        `--comment=${of.code} is lost`,
        `--duration=${SILENCE_HOURS}h`,
        `site=${of.code}`,
      ],
    },
    until: [silenced(at, of)],
    timeoutSeconds: 60,
    undo: { why: `Alerts about ${of.code} come again.`, do: [expire(at, of)] },
  };
}

function loud(at: Site, of: Site, why: string): Step {
  return {
    id: 'alerts',
    title: `Let alerts about ${of.code} come again`,
    why,
    do: expire(at, of),
    until: [{ in: alerts(at), command: query(of), rejects: [`\\b${of.code}\\b`] }],
    timeoutSeconds: 60,
    undo: nothing,
  };
}

/** The app answers by the shared name at a site, whoever announces it now. */
function serve({ domain, anycast }: Model, site: Site): Step {
  const isShared = !isEmpty(anycast);
  return {
    id: 'serve',
    title: `See ${site.code} serve ${domain}`,
    why: isShared
      ? 'The shared address is announced by whoever serves; where nobody does, roles need not move.'
      : `Nobody announces a shared address: names lead to ${site.code} only when somebody says so.`,
    ...(isShared
      ? {}
      : {
          person: `Let ${domain} lead to the addresses of ${site.code} only, where the zone is kept.`,
        }),
    until: [
      {
        in: 'here',
        command: [
          'curl',
          '--silent',
          '--fail',
          '--output',
          '/dev/null',
          '--max-time',
          '5',
          '--connect-to',
          `${domain}:443:${site.domain}:443`,
          `https://${domain}/`,
        ],
      },
    ],
    timeoutSeconds: 600,
    undo: isShared ? nothing : { why: 'Names lead where they led, when somebody says so.', do: [] },
  };
}

/** Every node of every site takes clients, so that leases may rest where they are preferred. */
const databaseWhole = ({ sites }: Model): Step => ({
  id: 'database',
  title: 'See every node of the database take clients',
  why: 'Leases come to a site as soon as its nodes are back; a role that moves meanwhile meets slow writes.',
  until: sites.flatMap(databaseIsWhole),
  timeoutSeconds: 3600,
  undo: nothing,
});

const withLeases = (step: Step, site: Site): Step => ({
  ...step,
  person: `${step.person} Where leases shall follow, put ${site.code} first in \`database.leases\` in the same change: the deployment runs its zones.sql.`,
});
