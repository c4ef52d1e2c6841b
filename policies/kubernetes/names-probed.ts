import { both, familyOf } from '#sites/address.ts';
import { appAddress, appSites } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const namesProbed: Policy = {
  id: 'names-probed',
  title:
    'every public name that a certificate is made for is probed at every site that serves it, in every family',
  why: 'Avoid: a name that has a certificate and a record, and that nobody asks from outside. Prefer: one probe a name, site and family, by the address of the site. Rationale: a name that is served by one site of two looks well to who is led to the other one; the probe of each site by its own address tells which.',
  check: (model, tree) =>
    model.sites
      .filter(({ kubernetes }) => kubernetes)
      .flatMap(({ code, kubernetes }) => {
        const path = `${code}/kubernetes/monitoring/configmap-prometheus.yaml`;
        if (!tree.has(path)) return [];
        const asked = probes(tree, path);
        return appSites(model).flatMap((site) =>
          namesAt(tree, site.code).flatMap((name) =>
            both(appAddress(site))
              .filter((address) => kubernetes!.families.includes(familyOf(address)))
              .filter((address) => !asked.has(`${name} ${address}`))
              .map(
                (address): Finding => ({
                  path,
                  text: `probe-${familyOf(address)}`,
                  message: `${code} does not ask ${site.code} for ${name} in ${familyOf(address)}`,
                  fix: `probe https://${address.includes(':') ? `[${address}]` : address}/ with the host ${name}`,
                }),
              ),
          ),
        );
      }),
};

/** Names of the ingress of a site that a public authority signs for. */
const namesAt = (tree: Tree, site: string): string[] => [
  ...new Set(
    ofKind(tree, 'Certificate')
      .filter((each) => each.site === site && each.object.spec?.issuerRef?.kind === 'ClusterIssuer')
      .flatMap(({ object }) => listOf(object.spec.dnsNames).map(String)),
  ),
];

/** Names with the addresses that they are asked at. */
function probes(tree: Tree, path: string): Set<string> {
  const jobs: Data[] = listOf(yamlOf(yamlOf(tree.get(path))?.data?.['prometheus.yaml'])?.scrape_configs);
  return new Set(
    jobs
      .filter((job) => job.metrics_path === '/probe')
      .flatMap((job) => listOf(job.static_configs))
      .flatMap((each: Data) =>
        listOf(each.targets).flatMap((target: Data) => {
          const host = /^https:\/\/(\[[^\]]+\]|[^/:]+)/.exec(String(target))?.[1]?.replace(/[[\]]/g, '');
          return host === undefined ? [] : [`${each.labels?.__host ?? host} ${host}`];
        }),
      ),
  );
}
