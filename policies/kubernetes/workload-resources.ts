import type { Finding, Policy } from '../law.ts';
import { amount, type Data, workloads } from '../reading/objects.ts';

export const workloadResources: Policy = {
  id: 'workload-resources',
  title: 'every container asks for processor and memory, and has a memory limit',
  why: 'The scheduler packs workers by what pods ask for. A container that asks for nothing is placed on a full worker, and one without a memory limit takes its neighbours with it: on our workers those are a database node and a store. A processor limit is not asked for, since it slows a busy pod on an idle worker.',
  check(_model, tree) {
    return workloads(tree).flatMap(({ path, kind, namespace, name, containers, starters }) =>
      [...containers, ...starters].flatMap((container: Data): Finding[] => {
        const { requests = {}, limits = {} } = container.resources ?? {};
        const missing = [
          ...(amount(requests.cpu) > 0 ? [] : ['requests.cpu']),
          ...(amount(requests.memory) > 0 ? [] : ['requests.memory']),
          ...(amount(limits.memory) >= amount(requests.memory) && amount(limits.memory) > 0
            ? []
            : ['limits.memory']),
        ];
        if (missing.length === 0) return [];
        return [
          {
            path,
            text: `name: ${container.name}`,
            message: `container ${container.name} of ${kind.toLowerCase()} ${namespace}/${name} says nothing usable about ${missing.join(', ')}`,
            fix: `set ${missing.map((field) => `resources.${field}`).join(' and ')}`,
          },
        ];
      }),
    );
  },
};
