import { PORTS } from '#sites/traffic/ports.ts';
import type { Finding, Policy } from '../law.ts';
import { seconds, targets, traefikFiles } from '../reading/ingress-files.ts';

const NODE_PORTS: number[] = [PORTS.traefikWeb.nodePort, PORTS.traefikWebsecure.nodePort];

export const leavesInTime: Policy = {
  id: 'leaves-in-time',
  title:
    'Traefik serves until every balancer has noticed that it leaves, and is not killed before it has finished',
  why: 'A Traefik that closes at once leaves the balancer with a target that refuses connections until some checks have failed: every rollout is an outage for a third of the clients. It must say 503 on /ping first, and go on serving for at least as long as a balancer needs.',
  check(_model, tree) {
    return traefikFiles(tree).flatMap(({ site, path, fixed, daemonSet }): Finding[] => {
      const needed = Math.max(
        0,
        ...targets(tree, site)
          .filter((target) => NODE_PORTS.includes(target.port))
          .map(({ noticedSeconds }) => noticedSeconds ?? Number.POSITIVE_INFINITY),
      );
      const grace = daemonSet?.spec.template.spec?.terminationGracePeriodSeconds ?? 30;
      return ['web', 'websecure', 'ping'].flatMap((name): Finding[] => {
        const { requestAcceptGraceTimeout = '0s', graceTimeOut = '10s' } =
          fixed.entryPoints?.[name]?.transport?.lifeCycle ?? {};
        const serves = seconds(requestAcceptGraceTimeout);
        const whole = serves + seconds(graceTimeOut);
        const at = (message: string, fix: string) => [
          { path, text: 'requestAcceptGraceTimeout', message: `${site}: ${message}`, fix },
        ];
        if (serves < needed || serves === 0)
          return at(
            `entry point ${name} serves ${serves} s after the signal to leave; a balancer needs ${needed} s to notice`,
            `set requestAcceptGraceTimeout to ${needed + 1}s or more`,
          );
        if (whole >= grace)
          return at(
            `entry point ${name} may take ${whole} s to leave, and the pod is killed after ${grace} s`,
            `set terminationGracePeriodSeconds to more than ${whole}`,
          );
        return [];
      });
    });
  },
};
