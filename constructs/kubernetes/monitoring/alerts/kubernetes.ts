import { hostsOf, workers } from '#sites/questions.ts';
import { among, between, growing, type Rules } from '../rule.ts';

/** The cluster of a site: its nodes, what it runs, its API, its etcd and its names. */
export const kubernetes: Rules = ({ site }) => {
  const node = site.hosts.find((host) => host.role === 'worker')?.name ?? 'worker1';
  const carriers = workers(site).length;
  const masters = hostsOf(site, 'control-plane').length;
  /** Members of etcd that must live, and API servers of which fewer are trouble. */
  const quorum = Math.floor(masters / 2) + 1;
  const app = 'namespace="education",deployment="education-api"';
  const pod = 'namespace="education",pod="education-api-0"';
  return {
    component: 'kubernetes',
    alerts: [
      {
        alert: 'KubeNodeNotReady',
        expr: 'kube_node_status_condition{condition="Ready",status="true"} == 0',
        for: '5m',
        severity: 'ticket',
        summary: 'Node {{ $labels.node }} is not ready',
        impact: `Its pods start elsewhere; the site is sized for the loss of one of its ${carriers} workers, not of two.`,
        steps: [
          '`kubectl describe node {{ $labels.node }}`: which condition?',
          '`ssh -F ssh_config {{ $labels.node }} journalctl -u kubelet -n 100`',
        ],
        ...between(`kube_node_status_condition{node="${node}",condition="Ready",status="true"}`, 0, 1),
      },
      {
        alert: 'KubePodCrashing',
        expr: 'increase(kube_pod_container_status_restarts_total[30m]) > 3',
        severity: 'ticket',
        summary:
          '{{ $labels.namespace }}/{{ $labels.pod }} restarted {{ $value | humanize }} times in 30 minutes',
        impact: 'One replica less, and a fault that may reach the others.',
        steps: [
          '`kubectl -n {{ $labels.namespace }} logs {{ $labels.pod }} --previous`',
          'Since a rollout? `kubectl -n {{ $labels.namespace }} rollout undo deployment/<name>`, or of its daemonset or statefulset.',
        ],
        ...growing(`kube_pod_container_status_restarts_total{${pod},container="api"}`, 0.3, 0.01),
      },
      {
        alert: 'KubePodPending',
        expr: 'kube_pod_status_phase{phase="Pending"} == 1',
        for: '15m',
        severity: 'ticket',
        summary: '{{ $labels.namespace }}/{{ $labels.pod }} has waited for a quarter of an hour',
        impact: 'Something is meant to run and does not.',
        steps: [
          '`kubectl -n {{ $labels.namespace }} describe pod {{ $labels.pod }}`: no room, no image, no secret, no volume?',
          `No room: which worker is away? The site is sized for ${carriers - 1} of its ${carriers}.`,
        ],
        ...between(`kube_pod_status_phase{${pod},phase="Pending"}`, 1, 0, '25m'),
      },
      {
        alert: 'KubeDeploymentShort',
        expr: 'kube_deployment_status_replicas_available < kube_deployment_spec_replicas * 0.5',
        for: '5m',
        severity: 'page',
        summary: '{{ $labels.namespace }}/{{ $labels.deployment }} has {{ $value }} pods left',
        impact: 'Less than half of what is wanted answers.',
        steps: [
          '`kubectl -n {{ $labels.namespace }} get pods -o wide`',
          'A bad rollout: `kubectl -n {{ $labels.namespace }} rollout undo deployment/{{ $labels.deployment }}`',
        ],
        ...among({
          [`kube_deployment_status_replicas_available{${app}}`]: [1, 2],
          [`kube_deployment_spec_replicas{${app}}`]: [3, 3],
        }),
      },
      {
        alert: 'KubeDeploymentStuck',
        expr: 'kube_deployment_status_condition{condition="Progressing",status="false"} == 1',
        for: '5m',
        severity: 'ticket',
        summary: 'The rollout of {{ $labels.namespace }}/{{ $labels.deployment }} does not get on',
        impact: 'Old pods serve; the new version does not start.',
        steps: [
          '`kubectl -n {{ $labels.namespace }} rollout status deployment/{{ $labels.deployment }}` and the logs of a new pod',
          'Go back: `kubectl -n {{ $labels.namespace }} rollout undo deployment/{{ $labels.deployment }}`',
        ],
        ...between(`kube_deployment_status_condition{${app},condition="Progressing",status="false"}`, 1, 0),
      },
      {
        alert: 'KubeStatefulSetShort',
        expr: 'kube_statefulset_status_replicas_ready < kube_statefulset_replicas',
        for: '15m',
        severity: 'ticket',
        summary:
          '{{ $labels.namespace }}/{{ $labels.statefulset }}: {{ $value }} pods are ready, fewer than wanted',
        impact: 'A part with a name and data of its own is missing.',
        steps: [
          '`kubectl -n {{ $labels.namespace }} get pods -o wide`',
          'On a worker that is away? It waits there for its disk: bring the worker back.',
        ],
        ...among(
          {
            'kube_statefulset_status_replicas_ready{namespace="cockroachdb",statefulset="cockroachdb"}': [
              2, 3,
            ],
            'kube_statefulset_replicas{namespace="cockroachdb",statefulset="cockroachdb"}': [3, 3],
          },
          '25m',
        ),
      },
      {
        alert: 'KubeDaemonSetShort',
        expr: 'kube_daemonset_status_number_ready < kube_daemonset_status_desired_number_scheduled',
        for: '15m',
        severity: 'ticket',
        summary:
          '{{ $labels.namespace }}/{{ $labels.daemonset }}: {{ $value }} pods are ready, fewer than nodes',
        impact: 'A node lacks what every node must have.',
        steps: ['`kubectl -n {{ $labels.namespace }} get pods -o wide`: which node?'],
        ...among(
          {
            'kube_daemonset_status_number_ready{namespace="traefik",daemonset="traefik"}': [2, 3],
            'kube_daemonset_status_desired_number_scheduled{namespace="traefik",daemonset="traefik"}': [3, 3],
          },
          '25m',
        ),
      },
      {
        alert: 'KubeJobFailed',
        expr: 'kube_job_status_failed > 0 unless on (namespace, job_name) kube_job_status_succeeded > 0',
        for: '5m',
        severity: 'ticket',
        summary: 'Job {{ $labels.namespace }}/{{ $labels.job_name }} failed',
        impact:
          'Migrations: the new version cannot start. Database setup: users, placement or backups are not as written.',
        steps: [
          '`kubectl -n {{ $labels.namespace }} logs job/{{ $labels.job_name }}`',
          'Mend the cause, delete the job, apply the tree again.',
        ],
        ...among({
          'kube_job_status_failed{namespace="education",job_name="education-migrations"}': [3, 1],
          'kube_job_status_succeeded{namespace="education",job_name="education-migrations"}': [0, 1],
        }),
      },
      {
        alert: 'KubeAutoscalerAtMaximum',
        expr: 'kube_horizontalpodautoscaler_status_current_replicas >= kube_horizontalpodautoscaler_spec_max_replicas',
        for: '30m',
        severity: 'ticket',
        summary:
          '{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} has been at its {{ $value }} pods for half an hour',
        impact: 'More load makes answers slower from here on.',
        steps: [
          'Real load or a loop? The app dashboard, by route.',
          'Raise `app.api.max` in sites/platform.yaml; the law site-fits says whether the workers carry it.',
        ],
        ...among(
          {
            'kube_horizontalpodautoscaler_status_current_replicas{namespace="education",horizontalpodautoscaler="education-api"}':
              [9, 5],
            'kube_horizontalpodautoscaler_spec_max_replicas{namespace="education",horizontalpodautoscaler="education-api"}':
              [9, 9],
          },
          '40m',
        ),
      },
      {
        alert: 'KubeDrainBlocked',
        expr: 'kube_poddisruptionbudget_status_current_healthy <= kube_poddisruptionbudget_status_desired_healthy - 1',
        for: '15m',
        severity: 'ticket',
        summary:
          'Budget {{ $labels.namespace }}/{{ $labels.poddisruptionbudget }} allows nothing to be moved',
        impact: 'A drain waits for ever; another failure costs service.',
        steps: [
          'Which pods are ill? `kubectl -n {{ $labels.namespace }} get pods`',
          'Heal them before any maintenance.',
        ],
        ...among(
          {
            'kube_poddisruptionbudget_status_current_healthy{namespace="cockroachdb",poddisruptionbudget="cockroachdb"}':
              [1, 2],
            'kube_poddisruptionbudget_status_desired_healthy{namespace="cockroachdb",poddisruptionbudget="cockroachdb"}':
              [2, 2],
          },
          '25m',
        ),
      },
      {
        alert: 'KubeQuotaFull',
        expr: 'kube_resourcequota{type="used"} / ignoring (type) (kube_resourcequota{type="hard"} > 0) > 0.95',
        for: '15m',
        severity: 'ticket',
        summary:
          'Namespace {{ $labels.namespace }} uses {{ $value | humanizePercentage }} of its {{ $labels.resource }}',
        impact: 'The next pod is refused.',
        steps: [
          '`kubectl -n {{ $labels.namespace }} describe quota`: something left over?',
          'The quota follows from what is rendered: synthesize and apply again.',
        ],
        ...among(
          {
            'kube_resourcequota{namespace="education",resource="pods",type="used"}': [20, 10],
            'kube_resourcequota{namespace="education",resource="pods",type="hard"}': [20, 20],
          },
          '25m',
        ),
      },
      {
        alert: 'KubeContainerOutOfMemory',
        expr: 'increase(container_oom_events_total{container!=""}[30m]) > 0',
        severity: 'ticket',
        summary: '{{ $labels.namespace }}/{{ $labels.pod }} ({{ $labels.container }}) ran out of its memory',
        impact: 'It was ended in the middle of its work.',
        steps: ['A leak or a limit that is too small? The workloads dashboard over a week.'],
        fires: { series: [[`container_oom_events_total{${pod},container="api"}`, '0x10 1x60']], at: '20m' },
        quiet: { series: [[`container_oom_events_total{${pod},container="api"}`, '1x60']], at: '20m' },
      },
      {
        alert: 'KubeVolumeFilling',
        expr: 'kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.1',
        for: '15m',
        severity: 'ticket',
        summary:
          'Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left',
        impact: 'What writes there stops when it is full.',
        steps: [
          'The database: CockroachdbDiskFilling says what to do.',
          'Others: `kubectl -n {{ $labels.namespace }} describe pvc {{ $labels.persistentvolumeclaim }}` names the volume, and what lies there.',
        ],
        ...among(
          {
            'kubelet_volume_stats_available_bytes{namespace="cockroachdb",persistentvolumeclaim="data-cockroachdb-0"}':
              [5, 50],
            'kubelet_volume_stats_capacity_bytes{namespace="cockroachdb",persistentvolumeclaim="data-cockroachdb-0"}':
              [100, 100],
          },
          '25m',
        ),
      },
      {
        alert: 'KubeletDown',
        expr: 'up{job="kubelet"} == 0',
        for: '5m',
        severity: 'ticket',
        summary: 'The kubelet of {{ $labels.instance }} does not answer',
        impact: 'Its pods are not looked after; soon they start elsewhere.',
        steps: [
          '`ssh -F ssh_config {{host}} systemctl status kubelet`',
          'Refused by TLS? It has no certificate: `kubectl get csr` shows what it asked for. *Pending*: nobody approves, `kubectl -n kube-system logs deploy/kubelet-csr-approver`. *Denied*: `kubectl describe csr` says why; name and addresses of the node are not those in `kubelet_csr_approver_values` of the inventory. It asks again by itself within a minute.',
        ],
        ...between(`up{job="kubelet",instance="${node}"}`, 0, 1),
      },
      {
        alert: 'KubeApiDown',
        expr: `count by (site) (up{job="kube-apiserver"} == 1) < ${quorum} or count by (site) (up{job="kube-apiserver"}) unless on (site) count by (site) (up{job="kube-apiserver"} == 1)`,
        for: '3m',
        severity: 'page',
        summary: `Fewer than ${quorum} of ${masters} API servers of {{ $labels.site }} answer`,
        impact: 'What runs goes on; nothing new starts, nothing is healed, and one more loss stops etcd.',
        steps: [
          '`ssh -F ssh_config {{host}} crictl ps | grep apiserver` on each control plane',
          'etcd first: EtcdMemberDown, EtcdNoLeader.',
        ],
        ...among(
          Object.fromEntries(
            Array.from({ length: masters }, (_, index): [string, [number, number]] => [
              `up{job="kube-apiserver",site="s",instance="cp${index}"}`,
              [index < quorum - 1 ? 1 : 0, index < quorum ? 1 : 0],
            ]),
          ),
        ),
      },
      {
        alert: 'KubeApiErrors',
        expr: 'sum by (site) (rate(apiserver_request_total{code=~"5.."}[5m])) / sum by (site) (rate(apiserver_request_total[5m])) > 0.03',
        for: '10m',
        severity: 'ticket',
        summary: '{{ $value | humanizePercentage }} of requests to the API of {{ $labels.site }} fail',
        impact: 'Controllers retry; deployments are slow or fail.',
        steps: ['Is etcd slow? EtcdSlowDisk.', '`kubectl get --raw /readyz?verbose`'],
        ...among(
          {
            'apiserver_request_total{site="s",code="500"}': ['0+10x60', '0+1x60'],
            'apiserver_request_total{site="s",code="200"}': ['0+100x60', '0+100x60'],
          },
          '30m',
        ),
      },
      {
        alert: 'KubeApiSlow',
        expr: 'histogram_quantile(0.99, sum by (site, le) (rate(apiserver_request_duration_seconds_bucket{verb!~"WATCH|CONNECT"}[5m]))) > 2',
        for: '15m',
        severity: 'ticket',
        summary: 'The slowest 1 % of requests to the API of {{ $labels.site }} take {{ $value }} s',
        impact: 'Everything that asks the API waits.',
        steps: [
          'Who asks so much? `kubectl get --raw /metrics | grep apiserver_current_inflight`',
          'etcd: EtcdSlowDisk.',
        ],
        ...among(
          {
            'apiserver_request_duration_seconds_bucket{site="s",verb="GET",le="1"}': ['0+10x60', '0+100x60'],
            'apiserver_request_duration_seconds_bucket{site="s",verb="GET",le="5"}': ['0+100x60', '0+100x60'],
            'apiserver_request_duration_seconds_bucket{site="s",verb="GET",le="+Inf"}': [
              '0+100x60',
              '0+100x60',
            ],
          },
          '40m',
        ),
      },
      {
        alert: 'KubeServiceOfApiDown',
        expr: 'max by (site, name) (aggregator_unavailable_apiservice) == 1',
        for: '10m',
        severity: 'ticket',
        summary: 'The API service {{ $labels.name }} does not answer',
        impact: 'Without v1beta1.metrics.k8s.io no autoscaler moves; namespaces do not end.',
        steps: [
          '`kubectl get apiservice {{ $labels.name }} -o yaml`: its condition says why',
          'metrics-server: `kubectl -n kube-system logs deploy/metrics-server`',
        ],
        ...between('aggregator_unavailable_apiservice{site="s",name="v1beta1.metrics.k8s.io"}', 1, 0, '25m'),
      },
      {
        alert: 'KubeClientCertificateEnding',
        expr: 'histogram_quantile(0.01, sum by (site, le) (rate(apiserver_client_certificate_expiration_seconds_bucket{job="kube-apiserver"}[30m]))) < 14 * 86400',
        for: '1h',
        severity: 'ticket',
        summary:
          'Somebody calls the API of {{ $labels.site }} with a certificate that ends in {{ $value | humanizeDuration }}',
        impact: 'A kubelet, a controller or an administrator will be refused.',
        steps: [
          'The control plane: `kubeadm certs check-expiration` on each; Kubespray renews them at each upgrade.',
          'A kubelet: `kubectl get csr`; it renews by itself while somebody approves.',
        ],
        ...among(
          {
            'apiserver_client_certificate_expiration_seconds_bucket{job="kube-apiserver",site="s",le="604800"}':
              ['0+10x120', '0x120'],
            'apiserver_client_certificate_expiration_seconds_bucket{job="kube-apiserver",site="s",le="2592000"}':
              ['0+10x120', '0x120'],
            'apiserver_client_certificate_expiration_seconds_bucket{job="kube-apiserver",site="s",le="31104000"}':
              ['0+10x120', '0+10x120'],
            'apiserver_client_certificate_expiration_seconds_bucket{job="kube-apiserver",site="s",le="+Inf"}':
              ['0+10x120', '0+10x120'],
          },
          '100m',
        ),
      },
      {
        alert: 'EtcdMemberDown',
        expr: 'up{job="etcd"} == 0',
        for: '3m',
        severity: 'ticket',
        summary: 'etcd on {{ $labels.instance }} does not answer',
        impact: `${masters - 1} of ${masters} are left, and ${quorum} are needed: below that the cluster’s memory stops.`,
        steps: [
          '`ssh -F ssh_config {{host}} systemctl status etcd`',
          'Its disk gone? Replace the member as Kubespray’s recover-control-plane says.',
        ],
        ...between('up{job="etcd",instance="cp1"}', 0, 1),
      },
      {
        alert: 'EtcdNoLeader',
        expr: 'etcd_server_has_leader == 0',
        for: '1m',
        severity: 'page',
        summary: 'etcd on {{ $labels.instance }} knows no leader',
        impact: 'The cluster can change nothing.',
        steps: [
          `Do ${quorum} members live and see each other? \`etcdctl endpoint status --cluster -w table\``,
          'Lost for good: restore the newest snapshot from `/var/backups/etcd`.',
        ],
        ...between('etcd_server_has_leader{job="etcd",instance="cp1"}', 0, 1),
      },
      {
        alert: 'EtcdLeaderChanges',
        expr: 'increase(etcd_server_leader_changes_seen_total[30m]) > 4',
        severity: 'ticket',
        summary: 'etcd on {{ $labels.instance }} saw {{ $value | humanize }} leaders in 30 minutes',
        impact: 'Each change stops writes for a second.',
        steps: ['Slow disk or lossy network between control planes? EtcdSlowDisk, NodeNetworkErrors.'],
        ...growing('etcd_server_leader_changes_seen_total{job="etcd",instance="cp1"}', 0.3, 0.02),
      },
      {
        alert: 'EtcdSlowDisk',
        expr: 'histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m]))) > 0.1',
        for: '10m',
        severity: 'ticket',
        summary: 'The disk under etcd on {{ $labels.instance }} needs {{ $value }} s to write',
        impact: 'The API gets slow, leaders change.',
        steps: ['Who else writes there? `iotop -o`', 'Virtual machine: move it to a faster disk.'],
        ...among(
          {
            'etcd_disk_wal_fsync_duration_seconds_bucket{job="etcd",instance="cp1",le="0.064"}': [
              '0+10x60',
              '0+100x60',
            ],
            'etcd_disk_wal_fsync_duration_seconds_bucket{job="etcd",instance="cp1",le="0.512"}': [
              '0+100x60',
              '0+100x60',
            ],
            'etcd_disk_wal_fsync_duration_seconds_bucket{job="etcd",instance="cp1",le="+Inf"}': [
              '0+100x60',
              '0+100x60',
            ],
          },
          '30m',
        ),
      },
      {
        alert: 'EtcdFilling',
        expr: 'etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes > 0.8',
        for: '10m',
        severity: 'ticket',
        summary: 'etcd on {{ $labels.instance }} is {{ $value | humanizePercentage }} full',
        impact: 'At its quota it takes no writes until somebody clears the alarm.',
        steps: [
          'What fills it? `etcdctl get / --prefix --keys-only | cut -d/ -f3 | sort | uniq -c | sort -n`',
          'Then `etcdctl defrag --cluster`.',
        ],
        ...among({
          'etcd_mvcc_db_total_size_in_bytes{job="etcd",instance="cp1"}': [90, 30],
          'etcd_server_quota_backend_bytes{job="etcd",instance="cp1"}': [100, 100],
        }),
      },
      {
        alert: 'CorednsErrors',
        expr: 'sum by (site) (rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m])) / sum by (site) (rate(coredns_dns_responses_total[5m])) > 0.05',
        for: '10m',
        severity: 'page',
        summary: '{{ $value | humanizePercentage }} of names asked for at {{ $labels.site }} get no answer',
        impact: 'Pods cannot find each other or the world.',
        steps: [
          '`kubectl -n kube-system logs -l k8s-app=kube-dns --tail=50`',
          'Do the upstream servers answer (flow `names`)?',
        ],
        ...among(
          {
            'coredns_dns_responses_total{site="s",rcode="SERVFAIL"}': ['0+20x60', '0+1x60'],
            'coredns_dns_responses_total{site="s",rcode="NOERROR"}': ['0+100x60', '0+100x60'],
          },
          '30m',
        ),
      },
      {
        alert: 'CorednsDown',
        expr: 'absent(up{job="coredns"} == 1)',
        for: '3m',
        severity: 'page',
        summary: 'No CoreDNS pod answers',
        impact: 'Names in the cluster live as long as the caches on the nodes.',
        steps: ['`kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide`'],
        ...between('up{job="coredns",instance="coredns-1"}', 0, 1),
      },
    ],
  };
};
