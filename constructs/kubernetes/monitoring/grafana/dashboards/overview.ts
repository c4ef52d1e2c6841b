import { appSites } from '#sites/questions.ts';
import type { Pages, Panel } from '../panels.ts';

/** Both sites side by side: does it work for people, and what carries it. */
export const overview: Pages = ({ model, site }) => {
  const sites = appSites(model);
  const each = (title: string, panel: (code: string) => Omit<Panel, 'title'>) =>
    sites.map(({ code }) => ({ title: `${code}: ${title}`, ...panel(code) }));
  return {
    id: 'overview',
    title: 'Platform',
    rows: [
      {
        title: 'Is it reachable?',
        panels: each('public names that answer', (code) => ({
          says: 'Share of the names of this site that answer a stranger over HTTPS, for each family; 1 is all of them.',
          kind: 'number',
          unit: 'percentunit',
          queries: [[`avg by (family) (probe_success{job=~"probe-ipv.",site="${code}"})`, '{{family}}']],
        })),
      },
      {
        title: 'Does it work for people?',
        panels: each('requests that fail or are late', (code) => ({
          says: 'By what people do. Above the line a month of tolerated errors is used up faster than it passes.',
          unit: 'percentunit',
          limit: 0.005,
          queries: [
            [
              `sum by (journey) (site:education_bad:rate5m{site="${code}"}) / sum by (journey) (site:education_all:rate5m{site="${code}"})`,
              '{{journey}}',
            ],
          ],
        })),
      },
      {
        title: 'How long does it take?',
        panels: each('time of a public page', (code) => ({
          says: 'The slowest probe of each name. Above the line people feel it.',
          unit: 's',
          limit: 2,
          queries: [
            [
              `max by (instance, family) (probe_duration_seconds{job=~"probe-ipv.",site="${code}"})`,
              '{{instance}} {{family}}',
            ],
          ],
        })),
      },
      {
        title: 'What carries it',
        panels: [
          {
            title: 'database nodes up',
            says: 'Nodes of the one database that answer this observer; three at each site.',
            kind: 'number',
            queries: [['site:cockroachdb_up:sum', '{{site}}']],
          },
          {
            title: 'leases',
            says: 'Where reads and writes are decided: nearly all belong to the first choice of the model, none to an arbiter.',
            kind: 'number',
            unit: 'percentunit',
            queries: [['site:cockroachdb_leases:ratio', '{{site}}']],
          },
          {
            title: 'ranges without quorum',
            says: 'Parts of the database that stand still; anything but 0 is felt.',
            kind: 'number',
            limit: 1,
            queries: [['sum(ranges_unavailable{job="cockroachdb"})', 'ranges']],
          },
          ...(site.objects
            ? [
                {
                  title: 'object store (0 well, 2 in error)',
                  says: 'As Ceph judges itself; 1 is a warning.',
                  kind: 'number' as const,
                  limit: 1,
                  queries: [['max(ceph_health_status)', 'health'] as [string, string]],
                },
              ]
            : []),
        ],
      },
      {
        title: 'What is wrong',
        panels: [
          {
            title: 'alerts by severity',
            says: 'What fires here now; the runbook of each says what to do.',
            queries: [['sum by (severity) (ALERTS{alertstate="firing",severity!="info"})', '{{severity}}']],
          },
          {
            title: 'hosts that do not answer',
            says: 'Hosts of this site and of the arbiter whose exporter is silent.',
            kind: 'number',
            limit: 1,
            queries: [['count(up{job="node"} == 0) or vector(0)', 'hosts']],
          },
          {
            title: 'other observers',
            says: '1 where the Prometheus of that site answers this one.',
            kind: 'number',
            queries: [['max by (site) (up{job="observer"})', '{{site}}']],
          },
        ],
      },
    ],
  };
};
