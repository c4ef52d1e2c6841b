/**
 * What Alertmanager keeps to itself: an effect, while its cause is sent. Each pair is named, for a rule by severity or
 * component alone would keep a warning back that has another cause: a certificate that ends, behind a page that does not answer.
 *
 * `equal` names labels that both carry with one value. Alertmanager takes a label that both lack for equal, so only
 * labels stand here that both always have.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#inhibition-related-settings
 */
export const INHIBITIONS: { cause: string; effects: string[]; equal: string[] }[] = [
  {
    cause: 'CertificateEnded',
    effects: ['CertificateEnding', 'DatabaseCertificateEnding'],
    equal: ['site', 'instance'],
  },
  { cause: 'ClientCertificateEnded', effects: ['ClientCertificateEnding'], equal: ['job', 'secret', 'file'] },
  { cause: 'PublicNameDown', effects: ['PublicNameSlow'], equal: ['site', 'instance', 'family'] },
  { cause: 'CockroachdbSiteDown', effects: ['CockroachdbNodeDown'], equal: ['site'] },
  { cause: 'CockroachdbRangesUnavailable', effects: ['CockroachdbRangesUnderReplicated'], equal: [] },
  {
    cause: 'CockroachdbDiskStalled',
    effects: ['CockroachdbHeartbeatSlow', 'CockroachdbOverloaded', 'CockroachdbSlowSql'],
    equal: ['instance'],
  },
  { cause: 'NodeDiskFull', effects: ['NodeDiskFilling'], equal: ['instance', 'mountpoint'] },
  { cause: 'EtcdNoLeader', effects: ['KubeApiDown', 'KubeApiErrors', 'KubeApiSlow'], equal: [] },
  { cause: 'EdgeNoMaster', effects: ['EdgeFault'], equal: ['vrrp'] },
  { cause: 'TraefikErrors', effects: ['TraefikSlow'], equal: ['service'] },
  { cause: 'PgbouncerClientsWait', effects: ['PgbouncerSaturated'], equal: ['instance'] },
  { cause: 'CephGroupsInactive', effects: ['CephError', 'CephGroupsDegraded', 'CephSlow'], equal: [] },
  { cause: 'CephSyncStopped', effects: ['CephSyncLate', 'CephSyncUnknown'], equal: [] },
  { cause: 'EducationSiteFailing', effects: ['EducationSiteWearing'], equal: ['journey', 'site'] },
  { cause: 'EducationFailing', effects: ['EducationWearing'], equal: ['journey'] },
];
