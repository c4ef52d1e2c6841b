import type { Finding, Policy } from '../law.ts';
import { type Data, STAYING, workloads } from '../reading/objects.ts';

export const workloadProbes: Policy = {
  id: 'workload-probes',
  title:
    'every container that stays is asked whether it lives and whether it takes work, at a port that it has',
  why: 'Without a readiness probe a pod gets requests before it can answer and after it no longer can; without a liveness probe a hung process stays hung until somebody looks. A probe of a port that the container does not have fails for ever.',
  check(_model, tree) {
    const staying = workloads(tree).filter(({ kind }) => STAYING.includes(kind));
    return staying.flatMap((workload) =>
      workload.containers.flatMap((container: Data) =>
        ['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap((probe): Finding[] => {
          const where = `container ${container.name} of ${workload.kind.toLowerCase()} ${workload.namespace}/${workload.name}`;
          const place = { path: workload.path, text: `name: ${container.name}` };
          if (!container[probe]) {
            if (probe === 'startupProbe') return [];
            return [{ ...place, message: `${where} has no ${probe}`, fix: `give it a ${probe}` }];
          }
          const port = asked(container[probe]);
          if (port === undefined || has(container, port)) return [];
          return [
            {
              ...place,
              message: `${where}: its ${probe} asks port ${port}, which it does not have`,
              fix: `name port ${port} under ports, or ask another`,
            },
          ];
        }),
      ),
    );
  },
};

const asked = (probe: Data): string | number | undefined =>
  (probe.httpGet ?? probe.tcpSocket ?? probe.grpc)?.port;
const has = (container: Data, port: string | number): boolean =>
  (container.ports ?? []).some((each: Data) => each.name === port || each.containerPort === port);
