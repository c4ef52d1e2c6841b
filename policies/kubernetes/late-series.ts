import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { metricsOf } from '../reading/promql.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const lateSeries: Policy = {
  id: 'late-series',
  title: 'every alert over a series that may never have existed has one beside it that asks for its absence',
  why: 'A comparison with a series that is not there is empty, and empty is peace: a backup that never succeeded was never too old. What a script writes, or a program counts only after something happened, is asked for by absent().',
  check(_model, tree) {
    return ofKind(tree, 'ConfigMap')
      .filter(({ name }) => name === 'prometheus-rules')
      .flatMap(({ object, path, site }): Finding[] => {
        const rules: Data[] = Object.values<string>(object.data ?? {})
          .flatMap((text) => listOf(yamlOf(text)?.groups))
          .flatMap((group: Data) => group.rules ?? []);
        const asked = rules.map(({ expr }) => String(expr)).join('\n');
        const late = new Map([...LATE, ...written(tree, site)]);
        return rules.flatMap(({ alert, expr }) =>
          metricsOf(String(expr ?? ''))
            .filter((metric) => alert && late.has(metric))
            .filter((metric) => {
              const guards = [metric, ...(GUARDED[metric] ?? [])];
              return !guards.some((each) =>
                ['absent', 'absent_over_time'].some((name) => asked.includes(`${name}(${each}`)),
              );
            })
            .map((metric) => ({
              path,
              text: String(alert),
              message: `${alert} reads ${metric}, which is not there before ${late.get(metric)}, and no alert asks for its absence`,
              fix: `add \`or absent(${metric}{…})\` to it, or an alert of its own`,
            })),
        );
      });
  },
};

/** Series of programs of others that begin with an event, and which. What is in trouble only, such as `ceph_health_detail`, is well when absent. */
const LATE = new Map([
  ['ceph_data_sync_from_zone_poll_latency_count', 'a gateway copies for the first time'],
  ['ceph_data_sync_from_zone_fetch_errors', 'a gateway copies for the first time'],
  ['object_store_sync_lag_seconds', 'the other zone has been asked'],
  ['certificate_not_after_timestamp_seconds', 'the Secret is there'],
]);
/** Series that are not there whenever another says so: an expression that asks for that one has asked for both. */
const GUARDED: Record<string, string[]> = {
  ceph_data_sync_from_zone_fetch_errors: ['ceph_data_sync_from_zone_poll_latency_count'],
  // `object_store_sync_known` is 0 then; the look itself is asked for.
  object_store_sync_lag_seconds: ['object_store_looked_timestamp_seconds'],
  // `certificate_readable` is 0 then; its exporter is asked for.
  certificate_not_after_timestamp_seconds: ['up{job="certificates-education"}'],
  keepalived_vrrp_fault: ['keepalived_vrrp_master'],
  keepalived_vrrp_changed_seconds: ['keepalived_vrrp_master'],
};

/** Series that scripts of the site's hosts write into text files for the node exporter. */
const written = (tree: Tree, site: string): [string, string][] =>
  [...tree]
    .filter(([path, text]) => path.startsWith(`${site}/hosts/`) && /\.prom\b/.test(text))
    .flatMap(([path, text]) =>
      [...text.matchAll(/\b(?:echo|printf) "(?=[a-z_]*_[a-z]+[{ ])([a-z_]+)/g)].map(
        ([, metric]): [string, string] => [metric!, `${path.split('/').at(-1)} has run`],
      ),
    );
