import { type Data, listOf } from '#policies/reading/texts.ts';
import { Cluster } from '#scripts/lib/deploy/cluster.ts';
import { customDefinitions } from '#scripts/lib/lab/definitions.ts';

/** Definitions of the custom resources that we use, with room for what their operators say. */
export function definitionsWithStatus(): Data[] {
  const definitions = customDefinitions() as Data[];
  for (const { spec } of definitions)
    for (const { schema } of spec.versions)
      schema.openAPIV3Schema.properties.status = {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
      };
  return definitions;
}

/** What the operator of each group says of an object that it has carried out. */
function statusOf({ kind, apiVersion }: Data): Data | undefined {
  const isTrue = (type: string) => ({ type, status: 'True', reason: 'Played', message: 'by the lab' });
  const group = apiVersion.split('/')[0];
  if (group === 'ceph.rook.io')
    return { phase: 'Ready', ...(kind === 'CephCluster' ? { ceph: { health: 'HEALTH_OK' } } : {}) };
  if (group === 'objectbucket.io') return { phase: 'Bound' };
  if (group === 'cert-manager.io') return { conditions: [isTrue('Ready')] };
  if (kind === 'GatewayClass') return { conditions: [isTrue('Accepted')] };
  if (kind === 'Gateway') return { conditions: [isTrue('Programmed')] };
  if (kind === 'HTTPRoute')
    return { parents: [{ conditions: [isTrue('Accepted'), isTrue('ResolvedRefs')] }] };
  return undefined;
}

/** Plays Rook, cert-manager and Traefik's gateway on a cluster of the lab: whatever of their kinds appears is carried out at once. */
export async function playOperators(kubeconfig: string, context = 'lab'): Promise<{ stop(): Promise<void> }> {
  const cluster = await Cluster.open({ kubeconfig, context });
  const kinds = definitionsWithStatus().flatMap(({ spec }) =>
    spec.versions.map(({ name }: Data) => ({
      apiVersion: `${spec.group}/${name}`,
      kind: spec.names.kind as string,
    })),
  );
  let isStopped = false;
  const round = async () => {
    for (const kind of kinds) {
      const path = cluster.pathOf(kind);
      if (!path || isStopped) continue;
      for (const item of listOf((await cluster.ask('GET', path)).body.items)) {
        const status = statusOf({ ...kind, ...item });
        if (item.status || !status) continue;
        const own = cluster.pathOf({
          ...kind,
          namespace: item.metadata.namespace,
          name: item.metadata.name,
        })!;
        await cluster.ask('PATCH', own, { type: 'application/merge-patch+json', body: { status } });
      }
    }
  };
  const played = (async () => {
    while (!isStopped) {
      await round();
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await played;
      cluster.close();
    },
  };
}
