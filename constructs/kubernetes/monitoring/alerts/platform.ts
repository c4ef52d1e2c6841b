import type { Model } from '#sites/model.ts';
import { appSites } from '#sites/questions.ts';
import { among, between, type Rules } from '../rule.ts';
import { resolversOf } from '../scrape.ts';

const CERTIFICATE =
  'certificate_not_after_timestamp_seconds{job="certificates-education",instance="e",secret="pgbouncer-server",file="tls.crt"}';

/** Whether every cluster asks name servers or resolvers: rules are the same at all of them, and none may ask for what one does not have. */
const areNamesProbed = (model: Model): boolean =>
  model.dns !== undefined || appSites(model).every((site) => resolversOf(site).length > 0);

/** The platform as its clients see it, and the observers among themselves. */
export const platform: Rules = ({ model, site }) => {
  const other = appSites(model).find((each) => each !== site);
  const name = `instance="${model.domain}/",front="education",family="ipv4"`;
  const probe = (code: string) => `probe_success{job="probe-ipv4",site="${code}",${name}}`;
  const scope = { scope: 'platform' };
  const names = (front: string, instance: string) =>
    `probe_success{job="probe-names",site="${site.code}",instance="${instance}",front="${front}"}`;
  const arbiters = model.sites.filter((each) => each.database && !each.kubernetes);
  const renew = [
    `\`npm run certs -- plan\` says which; \`npm run certs -- issue\` makes them again. Then site by site: \`npm run secrets -- put ${site.code} --certificates\``,
    'Who takes them by itself, within two minutes: the pooler (its `run.sh` sends SIGHUP), the API and the exporters (at their next connection), Prometheus and the observers (at each handshake).',
    'A node reads them on SIGHUP. Where nodes are pods, for each: `kubectl -n cockroachdb exec cockroachdb-0 -- /bin/sh -c "kill -HUP 1"`',
    ...(arbiters.length > 0
      ? [`On the hosts of ${arbiters.map(({ code }) => code).join(', ')}: \`systemctl reload cockroachdb\``]
      : []),
    'Grafana reads its own at its start: `kubectl -n monitoring rollout restart deployment/grafana`',
  ];
  return {
    component: 'platform',
    alerts: [
      {
        alert: 'Watchdog',
        expr: 'count(up{job="prometheus"} == 1) > 0',
        severity: 'info',
        summary: 'This observer lives and its messages arrive',
        impact:
          'None: when this message stops, the observer or its way out is gone, and the on-call service must say so.',
        steps: [
          'Nothing to do while it comes. When it stops: `kubectl -n monitoring get pods` at the site that went silent.',
        ],
        ...between('up{job="prometheus",instance="prometheus-0"}', 1, 0),
      },
      {
        alert: 'SiteLost',
        expr: 'max by (site) (probe_success{job=~"probe-ipv4|probe-ipv6"}) == 0 and on (site) max by (site) (up{job="observer"}) == 0',
        for: '1m',
        severity: 'page',
        labels: scope,
        summary: 'Site {{ $labels.site }} is gone: no public name of it answers, nor does its observer',
        impact:
          'The other sites carry on: the database by its other voters, the app by its shared name, files for reading.',
        steps: [
          'From outside: is it the site or the way to it? Ask the network operator; `mtr` from two places.',
          'Is it gone for longer than its writes can wait? `npm run failover -- --lost {{site}}` says what that costs, then lets another site go on; `--return` takes it back.',
          'Change nothing at the sites that live: no drains, no upgrades, until it is back.',
        ],
        ...(other
          ? among(
              {
                [probe(other.code)]: [0, 1],
                [`up{job="observer",site="${other.code}",instance="w1"}`]: [0, 0],
              },
              '5m',
            )
          : between(probe(site.code), 0, 1)),
      },
      {
        alert: 'ObserverAlive',
        expr: 'max by (site) (up{job="observer"}) == 1',
        severity: 'info',
        summary: 'The observer of {{ $labels.site }} lives',
        impact: 'None: it speaks for the whole platform, so this one keeps quiet.',
        steps: ['Nothing to do: the configuration of Alertmanager reads it.'],
        ...between(`up{job="observer",site="${other?.code}",instance="w1"}`, 1, 0),
      },
      {
        alert: 'ObserverDown',
        expr: 'max by (site) (up{job="observer"}) == 0',
        for: '5m',
        severity: 'page',
        summary: 'The observer of {{ $labels.site }} does not answer this one',
        impact: 'Nobody watches that site from within, or the sites cannot reach each other.',
        steps: [
          'Does the site live? Its public names are probed from here: SiteLost would say no.',
          'Its pods: `kubectl -n monitoring get pods -o wide` there. The way: flow `observers`, node port 30990 of its workers.',
          'Does the certificate still last? `kubectl -n monitoring get secret prometheus-observer`',
        ],
        ...between(`up{job="observer",site="${other?.code}",instance="w1"}`, 0, 1),
      },
      {
        alert: 'PublicNameDown',
        expr: 'probe_success{job=~"probe-ipv4|probe-ipv6"} == 0',
        for: '3m',
        severity: 'page',
        labels: scope,
        summary: '{{ $labels.instance }} of {{ $labels.site }} does not answer over {{ $labels.family }}',
        impact: 'Clients of that family at that site see an error.',
        steps: [
          'What do they see? `curl -sv --resolve <name>:443:<address> https://<name>/` with the address from sites/*.yaml',
          'Follow the way in: edge or balancer, Traefik, the pods behind it.',
          'Only one family? Compare the firewalls: they are rendered from one table for both.',
        ],
        ...between(probe(site.code), 0, 1),
      },
      {
        alert: 'PublicNameSlow',
        expr: 'avg_over_time(probe_duration_seconds{job=~"probe-ipv4|probe-ipv6"}[10m]) > 2',
        for: '10m',
        severity: 'ticket',
        labels: scope,
        summary: '{{ $labels.instance }} of {{ $labels.site }} takes {{ $value | humanizeDuration }}',
        impact: 'Pages feel slow before anything fails.',
        steps: [
          'Where is the time? The dashboards of Traefik and of the app, by route.',
          'The database: CockroachdbSlowSql, CockroachdbLeasesAway.',
        ],
        ...between(`probe_duration_seconds{job="probe-ipv4",site="${site.code}",${name}}`, 3, 0.2, '30m'),
      },
      ...(model.dns
        ? [
            {
              alert: 'NameServerDown',
              expr: 'probe_success{job="probe-names",front="name-server"} == 0',
              for: '5m',
              severity: 'ticket' as const,
              labels: scope,
              summary: 'The name server {{ $labels.instance }} does not answer for the domain',
              impact:
                'The others answer in its place, a second or two later. When the last one goes, no name of the platform is found.',
              steps: [
                `What does it say? \`dig @{{ $labels.instance }} ${model.domain} SOA +norecurse\``,
                'Is it BIND or the way to it? `systemctl status named` there, and `named-checkconf -z`.',
                'From one site only? Its firewalls: flow `blackbox-to-names`.',
              ],
              ...between(names('name-server', model.dns.servers[0]?.name ?? 'ns1'), 0, 1, '10m'),
            },
          ]
        : []),
      ...(areNamesProbed(model)
        ? [
            {
              alert: 'ResolverDown',
              expr: 'probe_success{job="probe-names",front="resolver"} == 0',
              for: '5m',
              severity: 'ticket' as const,
              summary: 'The resolver {{ $labels.instance }} of {{ $labels.site }} does not answer',
              impact:
                'Hosts and pods ask the next one, seconds later each time. Without any, backups, mail and certificates stop.',
              steps: [
                `What does it say? \`dig @{{ $labels.instance }} ${model.domain}\` from a worker and from the bastion`,
                'It belongs to the provider of the network: ask them. Gone for good? Another one into `kubernetes.resolvers` of sites/{{ $labels.site }}.yaml.',
              ],
              ...between(names('resolver', 'r1'), 0, 1, '10m'),
            },
          ]
        : []),
      {
        alert: 'CertificateEnding',
        expr: 'probe_ssl_earliest_cert_expiry{job=~"probe-ipv4|probe-ipv6"} - time() < 14 * 86400',
        for: '1h',
        severity: 'ticket',
        labels: scope,
        summary:
          'The certificate of {{ $labels.instance }} at {{ $labels.site }} ends in {{ $value | humanizeDuration }}',
        impact: 'After that browsers refuse the name; it should have been renewed two weeks ago.',
        steps: [
          'Why not renewed? `kubectl get certificate,certificaterequest,order,challenge -A`',
          'Does DNS-01 work? The token of the DNS service and flow `cert-manager` must allow it.',
        ],
        ...between(
          `probe_ssl_earliest_cert_expiry{job="probe-ipv4",site="${site.code}",${name}}`,
          86400,
          90 * 86400,
          '90m',
        ),
      },
      {
        alert: 'CertificateEnded',
        expr: 'probe_ssl_earliest_cert_expiry - time() < 2 * 86400',
        severity: 'page',
        labels: scope,
        summary:
          'The certificate of {{ $labels.instance }} at {{ $labels.site }} ends in {{ $value | humanizeDuration }}',
        impact:
          'Browsers, or the database nodes among themselves, will refuse it: writes stop when nodes do.',
        steps: [
          'A public name: as CertificateEnding, now.',
          'A database node: as DatabaseCertificateEnding, now.',
        ],
        ...between(
          `probe_ssl_earliest_cert_expiry{job="probe-database",site="${site.code}",instance="n1"}`,
          86400,
          90 * 86400,
          '5m',
        ),
      },
      {
        alert: 'DatabaseCertificateEnding',
        expr: 'probe_ssl_earliest_cert_expiry{job="probe-database"} - time() < 30 * 86400',
        for: '1h',
        severity: 'ticket',
        labels: scope,
        summary:
          'The certificate of database node {{ $labels.instance }} ends in {{ $value | humanizeDuration }}',
        impact: 'A node whose certificate ended can talk to no other; all were made on the same day.',
        steps: renew,
        ...between(
          `probe_ssl_earliest_cert_expiry{job="probe-database",site="${site.code}",instance="n1"}`,
          10 * 86400,
          90 * 86400,
          '90m',
        ),
      },
      ...(site.database
        ? [
            {
              alert: 'ClientCertificateEnding',
              expr: 'certificate_not_after_timestamp_seconds - time() < 30 * 86400',
              for: '1h',
              severity: 'ticket' as const,
              summary:
                '{{ $labels.file }} of the Secret {{ $labels.secret }} ({{ $labels.job }}) ends in {{ $value | humanizeDuration }}',
              impact:
                'After that the pooler, the API or the observers are refused where they sign in by it; all were made on the same day.',
              steps: renew,
              ...between(CERTIFICATE, 10 * 86400, 90 * 86400, '90m'),
            },
            {
              alert: 'ClientCertificateEnded',
              expr: 'certificate_not_after_timestamp_seconds - time() < 2 * 86400',
              severity: 'page' as const,
              summary:
                '{{ $labels.file }} of the Secret {{ $labels.secret }} ({{ $labels.job }}) ends in {{ $value | humanizeDuration }}',
              impact: 'The app cannot reach the database, or nobody sees how it does.',
              steps: ['As ClientCertificateEnding, now.'],
              ...between(CERTIFICATE, 86400, 90 * 86400, '5m'),
            },
            {
              alert: 'ClientCertificateUnknown',
              expr: `certificate_readable == 0 or ${['cockroachdb', 'education', 'monitoring']
                .map((namespace) => `absent(up{job="certificates-${namespace}"} == 1)`)
                .join(' or ')}`,
              for: '15m',
              severity: 'ticket' as const,
              summary: 'Nobody knows until when {{ $labels.secret }} ({{ $labels.job }}) lasts',
              impact:
                'It may end without a warning; a Secret that is not there keeps its pods from starting.',
              steps: [
                'Is it there? `kubectl get secret -A --field-selector metadata.name={{ $labels.secret }}`',
                'Does its exporter run? `kubectl get pods -A -l app.kubernetes.io/name=certificate-exporter`',
              ],
              ...among(
                {
                  'certificate_readable{job="certificates-education",secret="pgbouncer-server",file="tls.crt"}':
                    [0, 1],
                  'up{job="certificates-education",instance="e"}': [1, 1],
                  'up{job="certificates-monitoring",instance="e"}': [1, 1],
                  'up{job="certificates-cockroachdb",instance="e"}': [1, 1],
                },
                '25m',
              ),
            },
          ]
        : []),
    ],
  };
};
