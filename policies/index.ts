import { frontFirewallFlows } from './front-firewall/front-firewall-flows.ts';
import { pfsenseWords } from './front-firewall/pfsense-words.ts';
import { translations } from './front-firewall/translations.ts';
import { vridsApart } from './front-firewall/vrids-apart.ts';
import { announcements } from './hosts/announcements.ts';
import { daemonWords } from './hosts/daemon-words.ts';
import { daemonsRestart } from './hosts/daemons-restart.ts';
import { firewallWords } from './hosts/firewall-words.ts';
import { firstStart } from './hosts/first-start.ts';
import { foldersMade } from './hosts/folders-made.ts';
import { haproxyWords } from './hosts/haproxy-words.ts';
import { hostFirewallFlows } from './hosts/host-firewall-flows.ts';
import { hostListeners } from './hosts/host-listeners.ts';
import { hostsAlike } from './hosts/hosts-alike.ts';
import { hostsInTurn } from './hosts/hosts-in-turn.ts';
import { keepalivedWords } from './hosts/keepalived-words.ts';
import { kernelAtStart } from './hosts/kernel-at-start.ts';
import { kernelSettings } from './hosts/kernel-settings.ts';
import { oneTime } from './hosts/one-time.ts';
import { ownAddresses } from './hosts/own-addresses.ts';
import { scriptsKnown } from './hosts/scripts-known.ts';
import { signIn } from './hosts/sign-in.ts';
import { stickTables } from './hosts/stick-tables.ts';
import { stopsGranted } from './hosts/stops-granted.ts';
import { unitWords } from './hosts/unit-words.ts';
import { virtualAddresses } from './hosts/virtual-addresses.ts';
import { clusterHardening } from './inventory/cluster-hardening.ts';
import { clusterVariables } from './inventory/cluster-variables.ts';
import { etcdBackups } from './inventory/etcd-backups.ts';
import { inventoriesAlike } from './inventory/inventories-alike.ts';
import { inventoryHosts } from './inventory/inventory-hosts.ts';
import { kubeletCertificates } from './inventory/kubelet-certificates.ts';
import { playbookValues } from './inventory/playbook-values.ts';
import { playbooksWhole } from './inventory/playbooks-whole.ts';
import { alertRoutes } from './kubernetes/alert-routes.ts';
import { alertRules } from './kubernetes/alert-rules.ts';
import { apiWords } from './kubernetes/api-words.ts';
import { autoscalers } from './kubernetes/autoscalers.ts';
import { cephHosts } from './kubernetes/ceph-hosts.ts';
import { cephRelease } from './kubernetes/ceph-release.ts';
import { classesKnown } from './kubernetes/classes-known.ts';
import { clientLimits } from './kubernetes/client-limits.ts';
import { clustersAlike } from './kubernetes/clusters-alike.ts';
import { dashboardsDrawn } from './kubernetes/dashboards-drawn.ts';
import { databasePools } from './kubernetes/database-pools.ts';
import { drainsEnd } from './kubernetes/drains-end.ts';
import { exportedMetrics } from './kubernetes/exported-metrics.ts';
import { grafanaSources } from './kubernetes/grafana-sources.ts';
import { historyKept } from './kubernetes/history-kept.ts';
import { httpsOnly } from './kubernetes/https-only.ts';
import { imagesPinned } from './kubernetes/images-pinned.ts';
import { knownFields } from './kubernetes/known-fields.ts';
import { lateSeries } from './kubernetes/late-series.ts';
import { leavesInTime } from './kubernetes/leaves-in-time.ts';
import { machinesUnlimited } from './kubernetes/machines-unlimited.ts';
import { namedInhibitions } from './kubernetes/named-inhibitions.ts';
import { namesProbed } from './kubernetes/names-probed.ts';
import { namespaceBounds } from './kubernetes/namespace-bounds.ts';
import { namespacesExist } from './kubernetes/namespaces-exist.ts';
import { networkFlows } from './kubernetes/network-flows.ts';
import { noSpareTokens } from './kubernetes/no-spare-tokens.ts';
import { objectStoreGateways } from './kubernetes/object-store-gateways.ts';
import { objectsFiled } from './kubernetes/objects-filed.ts';
import { permissions } from './kubernetes/permissions.ts';
import { podSecurity } from './kubernetes/pod-security.ts';
import { poolerSettings } from './kubernetes/pooler-settings.ts';
import { probedPaths } from './kubernetes/probed-paths.ts';
import { ratesAgree } from './kubernetes/rates-agree.ts';
import { scrapeTargets } from './kubernetes/scrape-targets.ts';
import { scriptNames } from './kubernetes/script-names.ts';
import { siteFits } from './kubernetes/site-fits.ts';
import { spreadOverWorkers } from './kubernetes/spread-over-workers.ts';
import { traefikOptions } from './kubernetes/traefik-options.ts';
import { trustedHop } from './kubernetes/trusted-hop.ts';
import { webPages } from './kubernetes/web-pages.ts';
import { workloadProbes } from './kubernetes/workload-probes.ts';
import { workloadResources } from './kubernetes/workload-resources.ts';
import type { Policy } from './law.ts';
import { balancerPaths } from './openstack/balancer-paths.ts';
import { guardedPorts } from './openstack/guarded-ports.ts';
import { hostsApart } from './openstack/hosts-apart.ts';
import { keptVolumes } from './openstack/kept-volumes.ts';
import { openstackSchema } from './openstack/openstack-schema.ts';
import { secondPlan } from './openstack/second-plan.ts';
import { securityGroups } from './openstack/security-groups.ts';
import { stackAddresses } from './openstack/stack-addresses.ts';
import { stackState } from './openstack/stack-state.ts';
import { definitionsInstalled } from './plans/definitions-installed.ts';
import { planCommands } from './plans/plan-commands.ts';
import { planCourses } from './plans/plan-courses.ts';
import { planGates } from './plans/plan-gates.ts';
import { planValues } from './plans/plan-values.ts';
import { planWords } from './plans/plan-words.ts';
import { plans } from './plans/plans.ts';
import { copiesAgree } from './platform/copies-agree.ts';
import { databaseAuthentication } from './platform/database-authentication.ts';
import { databaseBackups } from './platform/database-backups.ts';
import { databaseDrain } from './platform/database-drain.ts';
import { databaseGrants } from './platform/database-grants.ts';
import { databaseHealth } from './platform/database-health.ts';
import { databaseJoin } from './platform/database-join.ts';
import { databaseLeases } from './platform/database-leases.ts';
import { databaseLicence } from './platform/database-licence.ts';
import { databaseLocality } from './platform/database-locality.ts';
import { databaseMemory } from './platform/database-memory.ts';
import { databaseNames } from './platform/database-names.ts';
import { databaseStore } from './platform/database-store.ts';
import { databaseSurvival } from './platform/database-survival.ts';
import { filesComplete } from './platform/files-complete.ts';
import { identitiesWhole } from './platform/identities-whole.ts';
import { madeOrListed } from './platform/made-or-listed.ts';
import { namedChecks } from './platform/named-checks.ts';
import { namesResolve } from './platform/names-resolve.ts';
import { noSecrets } from './platform/no-secrets.ts';
import { objectStoreEndpoints } from './platform/object-store-endpoints.ts';
import { objectStoreRealm } from './platform/object-store-realm.ts';
import { objectStoreRoles } from './platform/object-store-roles.ts';
import { publicCertificates } from './platform/public-certificates.ts';
import { readableFiles } from './platform/readable-files.ts';
import { routesAgree } from './platform/routes-agree.ts';
import { survives } from './platform/survives.ts';
import { versionMatrix } from './platform/version-matrix.ts';
import { wholeValues } from './platform/whole-values.ts';
import { zoneFiles } from './platform/zone-files.ts';
import { zoneRecords } from './platform/zone-records.ts';
import { zones } from './platform/zones.ts';
import { steady } from './steady.ts';

const LAWS: readonly Policy[] = [
  alertRoutes,
  alertRules,
  announcements,
  apiWords,
  autoscalers,
  balancerPaths,
  cephHosts,
  cephRelease,
  classesKnown,
  clientLimits,
  clusterHardening,
  clusterVariables,
  clustersAlike,
  copiesAgree,
  daemonWords,
  daemonsRestart,
  dashboardsDrawn,
  databaseAuthentication,
  databaseBackups,
  databaseDrain,
  databaseGrants,
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
  filesComplete,
  firewallWords,
  firstStart,
  foldersMade,
  frontFirewallFlows,
  grafanaSources,
  guardedPorts,
  historyKept,
  haproxyWords,
  hostFirewallFlows,
  hostListeners,
  hostsAlike,
  hostsApart,
  hostsInTurn,
  httpsOnly,
  identitiesWhole,
  imagesPinned,
  inventoriesAlike,
  inventoryHosts,
  keepalivedWords,
  keptVolumes,
  kernelAtStart,
  kernelSettings,
  knownFields,
  kubeletCertificates,
  lateSeries,
  leavesInTime,
  machinesUnlimited,
  madeOrListed,
  namedChecks,
  namedInhibitions,
  namesProbed,
  namesResolve,
  namespaceBounds,
  namespacesExist,
  networkFlows,
  noSecrets,
  noSpareTokens,
  objectStoreEndpoints,
  objectStoreGateways,
  objectStoreRealm,
  objectStoreRoles,
  objectsFiled,
  oneTime,
  openstackSchema,
  ownAddresses,
  permissions,
  pfsenseWords,
  planCommands,
  planCourses,
  planGates,
  planValues,
  planWords,
  plans,
  playbookValues,
  playbooksWhole,
  podSecurity,
  poolerSettings,
  probedPaths,
  publicCertificates,
  readableFiles,
  routesAgree,
  ratesAgree,
  scrapeTargets,
  scriptNames,
  scriptsKnown,
  secondPlan,
  securityGroups,
  signIn,
  siteFits,
  spreadOverWorkers,
  stackAddresses,
  stackState,
  stickTables,
  stopsGranted,
  survives,
  traefikOptions,
  translations,
  trustedHop,
  unitWords,
  versionMatrix,
  virtualAddresses,
  vridsApart,
  webPages,
  wholeValues,
  workloadProbes,
  workloadResources,
  zoneFiles,
  zoneRecords,
  zones,
];

/** Every law, in the order of their files; none of them throws. */
export const POLICIES: readonly Policy[] = LAWS.map(steady);
