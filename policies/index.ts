import { balancerPaths } from './balancer-paths.ts';
import { cephHosts } from './ceph-hosts.ts';
import { cephRelease } from './ceph-release.ts';
import { clientLimits } from './client-limits.ts';
import { copiesAgree } from './copies-agree.ts';
import { daemonsRestart } from './daemons-restart.ts';
import { databaseAuthentication } from './database-authentication.ts';
import { databaseBackups } from './database-backups.ts';
import { databaseDrain } from './database-drain.ts';
import { databaseHealth } from './database-health.ts';
import { databaseJoin } from './database-join.ts';
import { databaseLeases } from './database-leases.ts';
import { databaseLicence } from './database-licence.ts';
import { databaseLocality } from './database-locality.ts';
import { databaseMemory } from './database-memory.ts';
import { databaseNames } from './database-names.ts';
import { databasePools } from './database-pools.ts';
import { databaseStore } from './database-store.ts';
import { databaseSurvival } from './database-survival.ts';
import { definitionsInstalled } from './definitions-installed.ts';
import { drainsEnd } from './drains-end.ts';
import { etcdBackups } from './etcd-backups.ts';
import { exportedMetrics } from './exported-metrics.ts';
import { frontFirewallFlows } from './front-firewall-flows.ts';
import { guardedPorts } from './guarded-ports.ts';
import { historyKept } from './history-kept.ts';
import { hostFirewallFlows } from './host-firewall-flows.ts';
import { hostListeners } from './host-listeners.ts';
import { hostsApart } from './hosts-apart.ts';
import { httpsOnly } from './https-only.ts';
import { imagesPinned } from './images-pinned.ts';
import { keptVolumes } from './kept-volumes.ts';
import { kernelAtStart } from './kernel-at-start.ts';
import { knownFields } from './known-fields.ts';
import { kubeletCertificates } from './kubelet-certificates.ts';
import { lateSeries } from './late-series.ts';
import { leavesInTime } from './leaves-in-time.ts';
import { machinesUnlimited } from './machines-unlimited.ts';
import { madeOrListed } from './made-or-listed.ts';
import { namedChecks } from './named-checks.ts';
import { namedInhibitions } from './named-inhibitions.ts';
import { namesResolve } from './names-resolve.ts';
import { namespacesExist } from './namespaces-exist.ts';
import { networkFlows } from './network-flows.ts';
import { noSpareTokens } from './no-spare-tokens.ts';
import { objectStoreEndpoints } from './object-store-endpoints.ts';
import { objectStoreGateways } from './object-store-gateways.ts';
import { objectStoreRealm } from './object-store-realm.ts';
import { objectStoreRoles } from './object-store-roles.ts';
import { openstackSchema } from './openstack-schema.ts';
import { permissions } from './permissions.ts';
import { plans } from './plans.ts';
import { podSecurity } from './pod-security.ts';
import type { Policy } from './policy.ts';
import { probedPaths } from './probed-paths.ts';
import { publicCertificates } from './public-certificates.ts';
import { readableFiles } from './readable-files.ts';
import { routesAgree } from './routes-agree.ts';
import { scrapeTargets } from './scrape-targets.ts';
import { secondPlan } from './second-plan.ts';
import { securityGroups } from './security-groups.ts';
import { siteFits } from './site-fits.ts';
import { spreadOverWorkers } from './spread-over-workers.ts';
import { stackAddresses } from './stack-addresses.ts';
import { stackState } from './stack-state.ts';
import { steady } from './steady.ts';
import { stickTables } from './stick-tables.ts';
import { stopsGranted } from './stops-granted.ts';
import { traefikOptions } from './traefik-options.ts';
import { trustedHop } from './trusted-hop.ts';
import { virtualAddresses } from './virtual-addresses.ts';
import { wholeValues } from './whole-values.ts';
import { workloadProbes } from './workload-probes.ts';
import { workloadResources } from './workload-resources.ts';
import { zones } from './zones.ts';

const LAWS: readonly Policy[] = [
  balancerPaths,
  cephHosts,
  cephRelease,
  clientLimits,
  copiesAgree,
  daemonsRestart,
  databaseAuthentication,
  databaseBackups,
  databaseDrain,
  databaseHealth,
  databaseJoin,
  databaseLeases,
  databaseLicence,
  databaseLocality,
  databaseMemory,
  databaseNames,
  databasePools,
  databaseStore,
  databaseSurvival,
  definitionsInstalled,
  drainsEnd,
  etcdBackups,
  exportedMetrics,
  frontFirewallFlows,
  guardedPorts,
  historyKept,
  hostFirewallFlows,
  hostListeners,
  hostsApart,
  httpsOnly,
  imagesPinned,
  kernelAtStart,
  keptVolumes,
  knownFields,
  kubeletCertificates,
  lateSeries,
  leavesInTime,
  madeOrListed,
  machinesUnlimited,
  namedChecks,
  namedInhibitions,
  namesResolve,
  namespacesExist,
  networkFlows,
  noSpareTokens,
  objectStoreEndpoints,
  objectStoreGateways,
  objectStoreRealm,
  objectStoreRoles,
  openstackSchema,
  permissions,
  plans,
  podSecurity,
  probedPaths,
  publicCertificates,
  readableFiles,
  routesAgree,
  scrapeTargets,
  secondPlan,
  securityGroups,
  siteFits,
  spreadOverWorkers,
  stackAddresses,
  stackState,
  stickTables,
  stopsGranted,
  traefikOptions,
  trustedHop,
  virtualAddresses,
  wholeValues,
  workloadProbes,
  workloadResources,
  zones,
];

/** Every law, in the order of their files; none of them throws. */
export const POLICIES: readonly Policy[] = LAWS.map(steady);
