import { databaseNodes } from '../sites/model.ts';
import { balancers } from './database-balancers.ts';
import type { Finding, Policy } from './policy.ts';

const PROBE = '/health?ready=1';

export const databaseHealth: Policy = {
  id: 'database-health',
  title:
    'balancers ask each database node of their site over TLS whether it is ready, and take nothing but 200 for yes',
  why: 'A secure node answers plain HTTP with a redirect, which HAProxy takes for well; and a node that drains answers 503 on this path alone. With any other check clients are sent to nodes that are about to go.',
  check(model, tree) {
    return balancers(tree).flatMap((balancer): Finding[] => {
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
        ...(balancer.verified ? [] : [at('whoever answers is believed', 'verify required, with verifyhost')]),
        ...(balancer.status === '200' ? [] : [at(`${balancer.status} counts as well`, 'expect status 200')]),
        ...(balancer.probe === PROBE
          ? []
          : [at(`nodes are asked for ${balancer.probe || 'nothing'}`, `ask for ${PROBE}`)]),
        ...missing.map((host) => at(`${host.name} is not among its servers`, `add ${host.name}`)),
      ];
    });
  },
};
