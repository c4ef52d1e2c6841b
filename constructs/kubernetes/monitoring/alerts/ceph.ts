import { MONITORS } from '#constructs/kubernetes/ceph/ceph.ts';
import { COPIES } from '#constructs/kubernetes/ceph/object-store.ts';
import { workers } from '#sites/questions.ts';
import { hasObjects, type ObjectsSite } from '#sites/site-kinds.ts';
import { among, between, growing, type Rules } from '../rule.ts';

/**
 * The object store of a site and its copying to the other. The manager's own metrics, and the daemons' by ceph-exporter.
 * @see https://docs.ceph.com/en/tentacle/monitoring/
 */
export const ceph: Rules = ({ model: { objects }, site }) => {
  if (!objects || !hasObjects(site)) return { component: 'ceph', alerts: [] };
  const hosts = workers(site).length;
  const copies = objects.secondaries.includes(site);
  const zoneOf = (each: ObjectsSite): string => each.objects.zone;
  const primary = zoneOf(objects.primary);
  const secondaries = objects.secondaries.map(zoneOf);
  // What follows from the loss of the other site says so by its name, and keeps quiet then.
  const source = { site: objects.primary.code };
  const admin = (words: string): string =>
    `\`kubectl -n rook-ceph exec deploy/rook-ceph-operator -- radosgw-admin ${words} --rgw-realm=${objects.realm} --rgw-zone=${zoneOf(site)}\``;
  const shell =
    '`kubectl -n rook-ceph exec deploy/rook-ceph-operator -- ceph -c /var/lib/rook/rook-ceph/rook-ceph.config status`';
  return {
    component: 'ceph',
    alerts: [
      {
        alert: 'CephError',
        expr: 'ceph_health_status == 2',
        for: '2m',
        severity: 'page',
        summary: 'The object store is in error',
        impact: 'Files cannot be read or written, or soon.',
        steps: [
          `What hurts? ${shell}`,
          'Most often: too few OSDs for its placement groups. Bring the workers back first.',
        ],
        ...between('ceph_health_status{job="ceph"}', 2, 1, '5m'),
      },
      {
        alert: 'CephWarning',
        expr: 'ceph_health_detail{severity="HEALTH_WARN"} == 1',
        for: '30m',
        severity: 'ticket',
        summary: 'The object store warns of {{ $labels.name }}',
        impact: 'It works with less in reserve.',
        steps: [
          `Which daemon, which pool? ${shell}`,
          'What each name means and asks for: https://docs.ceph.com/en/tentacle/rados/operations/health-checks/',
          'RECENT_CRASH: read it with `ceph crash info`, then `ceph crash archive`.',
        ],
        ...between('ceph_health_detail{job="ceph",name="MON_DOWN",severity="HEALTH_WARN"}', 1, 0, '40m'),
      },
      {
        alert: 'CephManagerDown',
        expr: 'absent(up{job="ceph"} == 1)',
        for: '5m',
        severity: 'ticket',
        summary: 'No manager of the object store answers',
        impact: 'It serves, but nobody sees how it does.',
        steps: ['`kubectl -n rook-ceph get pods -l app=rook-ceph-mgr`'],
        ...between('up{job="ceph",instance="rook-ceph-mgr-a"}', 0, 1),
      },
      {
        alert: 'CephMonitorsFew',
        expr: `count(ceph_mon_quorum_status == 1) < ${MONITORS}`,
        for: '10m',
        severity: 'ticket',
        summary: `{{ $value }} of ${MONITORS} monitors are in the quorum`,
        impact: `With fewer than ${Math.floor(MONITORS / 2) + 1}, the store stands still.`,
        steps: ['`kubectl -n rook-ceph get pods -l app=rook-ceph-mon -o wide`: which worker is away?'],
        ...among(
          {
            'ceph_mon_quorum_status{ceph_daemon="mon.a"}': [1, 1],
            'ceph_mon_quorum_status{ceph_daemon="mon.b"}': [1, 1],
            'ceph_mon_quorum_status{ceph_daemon="mon.c"}': [0, 1],
          },
          '25m',
        ),
      },
      {
        alert: 'CephOsdDown',
        expr: 'ceph_osd_up == 0',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $labels.ceph_daemon }} is down',
        impact:
          hosts > COPIES
            ? `Its ${COPIES} copies are made again on the other ${hosts - 1} hosts; until then the next loss can stop writes.`
            : `With ${hosts} hosts and ${COPIES} copies nothing can be copied again: the next loss stops writes.`,
        steps: [
          'Host or disk? `kubectl -n rook-ceph get pods -l app=rook-ceph-osd -o wide`, `dmesg` on the worker',
          'A dead disk: replace it; Rook makes the new OSD.',
        ],
        ...between('ceph_osd_up{ceph_daemon="osd.1"}', 0, 1),
      },
      {
        alert: 'CephOsdFilling',
        expr: 'ceph_osd_stat_bytes_used / ceph_osd_stat_bytes > 0.75',
        for: '30m',
        severity: 'ticket',
        summary: '{{ $labels.ceph_daemon }} is {{ $value | humanizePercentage }} full',
        impact: 'At 85 % it warns, at 95 % all writes of the store stop.',
        steps: [
          'Who fills it? `radosgw-admin bucket stats`',
          'Add disks on every worker alike, or lower what is kept.',
        ],
        ...among(
          {
            'ceph_osd_stat_bytes_used{ceph_daemon="osd.1"}': [80, 40],
            'ceph_osd_stat_bytes{ceph_daemon="osd.1"}': [100, 100],
          },
          '40m',
        ),
      },
      {
        alert: 'CephGroupsInactive',
        expr: 'sum(ceph_pg_total) - sum(ceph_pg_active) > 0',
        for: '5m',
        severity: 'page',
        summary: '{{ $value }} placement groups serve nothing',
        impact: 'Some files cannot be read or written.',
        steps: [
          `Which, and what do they wait for? ${shell}`,
          'Two workers away? One of them must come back.',
        ],
        ...among({ 'ceph_pg_total{pool_id="1"}': [64, 64], 'ceph_pg_active{pool_id="1"}': [60, 64] }),
      },
      {
        alert: 'CephGroupsDegraded',
        expr: 'sum(ceph_pg_degraded) > 0',
        for: '1h',
        severity: 'ticket',
        summary: '{{ $value }} placement groups have had a copy too few for an hour',
        impact: 'One more failure and they stop.',
        steps: [
          hosts > COPIES
            ? 'Is a worker away? Then copies are made on the others, which takes hours.'
            : 'Is a worker away? Then nothing can be repaired until it is back.',
          `Else: ${shell}`,
        ],
        ...between('ceph_pg_degraded{pool_id="1"}', 5, 0, '80m'),
      },
      {
        alert: 'CephSlow',
        expr: 'ceph_healthcheck_slow_ops > 0',
        for: '5m',
        severity: 'ticket',
        summary: '{{ $value }} operations of the object store wait for longer than 30 s',
        impact: 'Uploads and downloads hang.',
        steps: ['Which OSD? `ceph health detail`', 'A dying disk: mark it out.'],
        ...between('ceph_healthcheck_slow_ops{job="ceph"}', 3, 0),
      },
      {
        alert: 'CephGatewayFailing',
        expr: 'sum by (instance_id) (rate(ceph_rgw_failed_req[5m])) / sum by (instance_id) (rate(ceph_rgw_req[5m])) > 0.1',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $value | humanizePercentage }} of requests to a gateway fail',
        impact:
          'Files are missing on pages, uploads fail. On a secondary zone bucket operations are refused by design.',
        steps: [
          'Which kind? `kubectl -n rook-ceph logs -l app=rook-ceph-rgw --tail=100`',
          'Is this zone read-only and the primary away? Then follow the promotion plan.',
        ],
        ...among(
          {
            'ceph_rgw_failed_req{instance_id="7"}': ['0+30x60', '0+1x60'],
            'ceph_rgw_req{instance_id="7"}': ['0+100x60', '0+100x60'],
          },
          '30m',
        ),
      },
      {
        alert: 'CephZoneRoles',
        expr: [holdsWrites(primary), ...secondaries.map(onlyReads)].join(' or '),
        for: '5m',
        severity: 'page',
        summary:
          'Zone {{ $labels.zone }} does not have the role that the model gives it, as this site knows it',
        impact: 'Two zones take writes and one file becomes two, or none does.',
        steps: [
          `What does each site say? ${admin('period get')}: \`master_zone\` and \`read_only\``,
          'A promotion or a handover just now? Write it down in the model and apply it: the last step of its plan.',
          'A zone that Rook has just made takes writes: carry out `dist/<site>/plans/object-store-read-only.yaml`.',
        ],
        ...among({
          [`object_store_zone_master{zone="${primary}"}`]: [1, 1],
          [`object_store_zone_read_only{zone="${primary}"}`]: [0, 0],
          ...Object.fromEntries(
            secondaries.map((zone): [string, [number, number]] => [
              `object_store_zone_read_only{zone="${zone}"}`,
              [0, 1],
            ]),
          ),
          ...(secondaries.length > 0
            ? {}
            : { [`object_store_zone_read_only{zone="${primary}"}`]: [1, 0] as [number, number] }),
        }),
      },
      {
        alert: 'CephZonesUnknown',
        expr: 'absent(object_store_looked_timestamp_seconds) or time() - object_store_looked_timestamp_seconds > 600',
        for: '10m',
        severity: 'ticket',
        summary: 'Nobody knows which zone takes writes, nor how far behind the copies are',
        impact: 'None yet: CephZoneRoles and CephSyncLate are blind.',
        steps: [
          '`kubectl -n rook-ceph logs deploy/zone-exporter`: what did Ceph answer?',
          'No key? `kubectl -n rook-ceph get cephclient zone-exporter -o yaml`',
        ],
        ...among({ object_store_looked_timestamp_seconds: ['60x60', '0+60x60'] }, '30m'),
      },
      ...(copies
        ? [
            {
              alert: 'CephSyncLate',
              expr: 'object_store_sync_lag_seconds > 300',
              for: '5m',
              severity: 'ticket' as const,
              summary:
                'The oldest {{ $labels.kind }} that this zone lacks of {{ $labels.source }} is {{ $value | humanizeDuration }} old',
              impact: 'With that site, so much would be lost; and files are missing on pages here.',
              steps: [
                `What does it wait for? ${admin('sync status')}`,
                'Does it go down? A large upload or a short cut only: wait.',
                'Is the line full? The dashboard of Ceph, bytes fetched; then CephSyncStopped and CephSyncFailing.',
              ],
              ...between('object_store_sync_lag_seconds{kind="data",source="primary"}', 900, 20),
            },
            {
              alert: 'CephSyncUnknown',
              expr: 'object_store_sync_known == 0 or absent(ceph_data_sync_from_zone_poll_latency_count)',
              for: '15m',
              severity: 'ticket' as const,
              labels: source,
              summary: 'How far behind the {{ $labels.kind }} of {{ $labels.source }} is unknown',
              impact:
                'The other zone cannot be asked, this one lives in an older period than it, or no gateway has ever begun to copy.',
              steps: [
                `${admin('sync status')}: "failed" means the way there, "different period" means a change of roles that has not arrived`,
                'Stays so after a change of roles? Restart the sync gateway: `kubectl -n rook-ceph delete pod -l rook_object_store=sync`',
              ],
              ...among(
                {
                  'object_store_sync_known{kind="data",source="primary"}': [0, 1],
                  'ceph_data_sync_from_zone_poll_latency_count{source_zone="primary"}': [1, 1],
                },
                '30m',
              ),
            },
            {
              alert: 'CephSyncStopped',
              expr: 'sum by (source_zone) (rate(ceph_data_sync_from_zone_poll_latency_count[15m])) == 0',
              for: '15m',
              severity: 'page' as const,
              labels: source,
              summary: 'This zone has not asked {{ $labels.source_zone }} for new files for half an hour',
              impact: 'Files written there would be lost with that site.',
              steps: [
                '`radosgw-admin sync status` in a pod of Rook: what does it wait for?',
                'Does the other site answer? `curl -I https://s3.<site>`',
                'After a change of roles it may wait for an old lease: two minutes, then restart the sync gateway.',
              ],
              ...growing(
                'ceph_data_sync_from_zone_poll_latency_count{job="ceph",source_zone="primary"}',
                0,
                10,
                '60m',
              ),
            },
            {
              alert: 'CephSyncFailing',
              expr: 'sum by (source_zone) (rate(ceph_data_sync_from_zone_fetch_errors[15m])) > 0.1',
              for: '15m',
              severity: 'ticket' as const,
              summary: 'Copying from {{ $labels.source_zone }} fails {{ $value | humanize }} times a second',
              impact: 'Some files exist at one site only.',
              steps: [
                '`radosgw-admin sync error list`',
                '403? The signature trap of this Ceph release: see constructs/kubernetes/ceph/ceph-versions.ts.',
              ],
              ...growing(
                'ceph_data_sync_from_zone_fetch_errors{job="ceph",source_zone="primary"}',
                30,
                0,
                '60m',
              ),
            },
          ]
        : []),
    ],
  };
};

const holdsWrites = (zone: string): string =>
  `object_store_zone_master{zone="${zone}"} == 0 or object_store_zone_read_only{zone="${zone}"} == 1`;
const onlyReads = (zone: string): string =>
  `object_store_zone_master{zone="${zone}"} == 1 or object_store_zone_read_only{zone="${zone}"} == 0`;
