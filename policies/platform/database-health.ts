import type { Site } from '#sites/model.ts';
import { databaseNodes } from '#sites/questions.ts';
import type { Finding, Policy } from '../law.ts';
import { balancers } from '../reading/database-balancers.ts';

const PROBE = '/health?ready=1';

export const databaseHealth: Policy = {
  id: 'database-health',
  title:
    'balancers ask each database node of their site over TLS whether it is ready, and take nothing but 200 for yes',
  why: 'A secure node answers plain HTTP with a redirect, which HAProxy takes for well; and a node that drains answers 503 on this path alone. With any other check clients are sent to nodes that are about to go.',
  check(model, tree) {
    const all = balancers(tree);
    const bare = model.sites.filter(
      (site) =>
        databaseNodes(site).length > 0 &&
        !all.some((balancer) => balancer.path.startsWith(`${site.code}/`)) &&
        // A site whose balancer is made by Terraform, without its stack, is a tree that is not whole.
        (site.edge?.kind !== 'octavia' ||
          [...tree.keys()].some((path) => path.startsWith(`${site.code}/openstack/`))),
    );
    return [
      ...bare.map(unbalanced),
      ...all.flatMap((balancer): Finding[] => {
        const site = model.sites.find((each) => each.code === balancer.path.split('/')[0]);
        const at = (message: string, fix: string): Finding => ({
          path: balancer.path,
          text: balancer.text,
          message: `${balancer.name}: ${message}`,
          fix,
        });
        const missing = (site ? databaseNodes(site) : []).filter(
          (host) => !Object.values(host.address).some((each) => balancer.servers.includes(each)),
        );
        return [
          ...(balancer.tls
            ? []
            : [at('nodes are asked without TLS', 'check over TLS (check-ssl, or a monitor of type HTTPS)')]),
          ...(balancer.verified ? [] : [at('any answer is believed', 'verify required, with verifyhost')]),
          ...(balancer.status === '200'
            ? []
            : [at(`${balancer.status} counts as well`, 'expect status 200')]),
          ...(balancer.probe === PROBE
            ? []
            : [at(`nodes are asked for ${balancer.probe || 'nothing'}`, `ask for ${PROBE}`)]),
          ...missing.map((host) => at(`${host.name} is not among its servers`, `add ${host.name}`)),
        ];
      }),
    ];
  },
};

const unbalanced = (site: Site): Finding => ({
  path: `${site.code}/`,
  message: `no balancer stands before the database nodes of ${site.code}`,
  fix: 'add a balancer for port 26257 to its edge, its stack or its hosts',
});
