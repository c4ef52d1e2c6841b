import type { AtSite } from '#constructs/at-site.ts';
import { yaml } from '#constructs/yaml.ts';
import { appSites } from '#sites/questions.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { RULES } from './alerts/index.ts';
import { INHIBITIONS } from './inhibitions.ts';
import { ruleFile } from './rule.ts';
import { DATABASE_CA, OBSERVER_CERTIFICATE, observerTls, scrapeJobs } from './scrape.ts';

export const ALERTMANAGER_REPLICAS = 2;
export const replicaNames = (name: string, replicas: number): string[] =>
  Array.from({ length: replicas }, (_, index) => `${name}-${index}.${name}.monitoring.svc`);

/** `prometheus.yaml` of a site. The replica's name is dropped from alerts, so that two replicas tell one story. */
export function prometheusConfig({ model, site }: AtSite<KubernetesSite>): string {
  return yaml({
    global: {
      scrape_interval: '30s',
      scrape_timeout: '10s',
      evaluation_interval: '30s',
      external_labels: { observer: site.code, replica: '${POD_NAME}' },
    },
    rule_files: ['/etc/prometheus-rules/*.yaml'],
    alerting: {
      alert_relabel_configs: [{ regex: 'replica', action: 'labeldrop' }],
      alertmanagers: [
        {
          static_configs: [
            {
              targets: replicaNames('alertmanager', ALERTMANAGER_REPLICAS).map(
                (name) => `${name}:${PORTS.alertmanager}`,
              ),
            },
          ],
        },
      ],
    },
    scrape_configs: scrapeJobs({ model, site }),
  });
}

/** Rule files by name, one a component. */
export function ruleFiles(at: AtSite<KubernetesSite>): Record<string, string> {
  return Object.fromEntries(
    RULES.map((rules) => rules(at)).map((group) => [
      `${group.component}.yaml`,
      yaml(ruleFile(group, at.model.runbooks)),
    ]),
  );
}

/**
 * Only who shows a certificate of an observer may ask: the port is reached from other sites.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/https/
 */
export const webConfig = (): string =>
  yaml({
    tls_server_config: {
      cert_file: `${OBSERVER_CERTIFICATE}/tls.crt`,
      key_file: `${OBSERVER_CERTIFICATE}/tls.key`,
      client_ca_file: `${OBSERVER_CERTIFICATE}/ca.crt`,
      client_auth_type: 'RequireAndVerifyClientCert',
      min_version: 'TLS12',
    },
  });
/** How promtool asks its own server whether it is well. */
export const probeConfig = (): string => yaml({ tls_config: observerTls() });

/** Modules of the blackbox exporter: a public name over TLS, a database node by its own authority, and who answers for the domain. */
export const blackboxConfig = (domain: string): string =>
  yaml({
    modules: {
      https: {
        prober: 'http',
        timeout: '8s',
        http: { method: 'GET', fail_if_not_ssl: true, follow_redirects: false, preferred_ip_protocol: 'ip4' },
      },
      database: {
        prober: 'http',
        timeout: '8s',
        http: { fail_if_not_ssl: true, tls_config: { ca_file: DATABASE_CA } },
      },
      // @see https://github.com/prometheus/blackbox_exporter/blob/v0.23.0/CONFIGURATION.md#dns_probe
      names: {
        prober: 'dns',
        timeout: '5s',
        dns: {
          query_name: domain,
          query_type: 'SOA',
          transport_protocol: 'udp',
          preferred_ip_protocol: 'ip4',
          valid_rcodes: ['NOERROR'],
          validate_answer_rrs: { fail_if_not_matches_regexp: [`SOA`] },
        },
      },
    },
  });

/**
 * Who is notified of what. A page goes out at once, a ticket can wait for its group; what concerns the whole platform is sent by
 * the first living observer alone, and the loss of a site silences what follows from it.
 */
export function alertmanagerConfig({ model, site }: AtSite<KubernetesSite>): string {
  const first = appSites(model)[0] === site;
  const sent = new Set(RULES.flatMap((rules) => rules({ model, site }).alerts.map(({ alert }) => alert)));
  return yaml({
    route: {
      receiver: 'ticket',
      group_by: ['alertname', 'site', 'component'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '12h',
      routes: [
        {
          matchers: ['alertname = "Watchdog"'],
          receiver: 'watchdog',
          group_wait: '0s',
          // Looked at every 30 s and sent when the last is 45 s old: once a minute. The interval of groups would be inherited,
          // and nothing is sent between two of its looks.
          group_interval: '30s',
          repeat_interval: '45s',
        },
        { matchers: ['severity = "info"'], receiver: 'nobody' },
        { matchers: ['severity = "page"'], receiver: 'page', group_wait: '10s', repeat_interval: '1h' },
      ],
    },
    inhibit_rules: [
      // One page for a lost site: what its parts would say follows from it.
      {
        source_matchers: ['alertname = "SiteLost"'],
        target_matchers: ['alertname != "SiteLost"', 'alertname != "Watchdog"'],
        equal: ['site'],
      },
      {
        source_matchers: ['alertname = "NodeDown"'],
        target_matchers: ['severity =~ "ticket|info"', 'alertname != "NodeDown"'],
        equal: ['site', 'instance'],
      },
      ...INHIBITIONS.filter(({ cause }) => sent.has(cause)).map(({ cause, effects, equal }) => ({
        source_matchers: [`alertname = "${cause}"`],
        target_matchers: [`alertname =~ "${effects.filter((each) => sent.has(each)).join('|')}"`],
        ...(equal.length > 0 ? { equal } : {}),
      })),
      ...(first
        ? []
        : [
            {
              source_matchers: ['alertname = "ObserverAlive"', `site = "${appSites(model)[0]?.code}"`],
              target_matchers: ['scope = "platform"'],
            },
          ]),
    ],
    receivers: [
      { name: 'nobody' },
      ...['page', 'ticket', 'watchdog'].map((name) => ({
        name,
        webhook_configs: [
          { url_file: `/etc/alertmanager/receivers/${name}`, send_resolved: name !== 'watchdog' },
        ],
      })),
    ],
  });
}
