/** The series that the rules of testdata/public-shapes.yaml ask for, while all is well and while it is not. */
export type Mood = 'well' | 'sick';

/** A sample from its age in seconds; null for none. */
type Shape = (age: number) => number | null;

const steady =
  (value: number): Shape =>
  () =>
    value;
/** Rises (or falls) by so much a second, to `now` at the end. */
const rising =
  (perSecond: number, now = 1_000_000): Shape =>
  (age) =>
    now - age * perSecond;
const toggling =
  (a: number, b: number): Shape =>
  (age) =>
    Math.floor(age / 120) % 2 === 0 ? a : b;
const none: Shape = () => null;

/** A series, its shape while all is well, and its shape while it is not; the same where only one is given. */
type Row = [series: string, well: Shape, sick?: Shape];

const gib = 1024 ** 3;

const node: Row[] = ['a', 'b', 'c'].flatMap((name, index): Row[] => {
  const isSick = index > 0;
  const of = (labels = '') => `{instance="${name}",job="node"${labels}}`;
  const when = (shape: Shape, well: Shape): Shape => (isSick ? shape : well);
  const disk = ',device="sda",mountpoint="/",fstype="ext4"';
  const row = (metric: string, labels: string, well: Shape, sick: Shape = well): Row => [
    `${metric}${of(labels)}`,
    well,
    when(sick, well),
  ];
  return [
    row('up', '', steady(1), index === 2 ? toggling(0, 1) : steady(0)),
    row('scrape_duration_seconds', '', steady(0.2), steady(5 + index)),
    ...['0', '1'].flatMap((cpu) => [
      row('node_cpu_seconds_total', `,cpu="${cpu}",mode="idle"`, rising(0.9), rising(0.05)),
      row('node_cpu_seconds_total', `,cpu="${cpu}",mode="user"`, rising(0.1), rising(0.95)),
    ]),
    row('node_memory_MemTotal_bytes', '', steady(16 * gib)),
    row('node_memory_MemAvailable_bytes', '', steady(8 * gib), steady(gib / (1 + index))),
    row('node_memory_SwapTotal_bytes', '', steady(gib)),
    row('node_memory_SwapFree_bytes', '', steady(gib), steady(gib / 10)),
    row('node_filesystem_size_bytes', disk, steady(100 * gib)),
    row('node_filesystem_avail_bytes', disk, steady(60 * gib), rising(-0.0005 * gib, 2 * gib)),
    row('node_filesystem_readonly', disk, steady(0), steady(index === 2 ? 1 : 0)),
    row('node_filesystem_files', disk, steady(1000)),
    row('node_filesystem_files_free', disk, steady(900), steady(50)),
    row('node_network_receive_errs_total', ',device="eth0"', steady(5), rising(2)),
    row('node_network_receive_packets_total', ',device="eth0"', rising(50)),
    row('node_nf_conntrack_entries', '', steady(10), steady(90)),
    row('node_nf_conntrack_entries_limit', '', steady(100)),
    row('node_textfile_scrape_error', '', steady(0), steady(1)),
    row(
      'node_timex_offset_seconds',
      '',
      steady(0.001),
      rising(index === 1 ? 0.001 : -0.001, index === 1 ? 3 : -3),
    ),
    row('node_timex_sync_status', '', steady(1), steady(0)),
    row('node_timex_maxerror_seconds', '', steady(1), steady(16)),
    row('node_md_disks_required', ',device="md0"', steady(2)),
    row('node_md_disks', ',device="md0",state="active"', steady(2), steady(1)),
    row('node_md_disks', ',device="md0",state="failed"', steady(0), steady(1)),
    row('node_filefd_allocated', '', steady(10), steady(80)),
    row('node_filefd_maximum', '', steady(100)),
    row('node_load1', '', steady(0.5), steady(6 + index)),
    row('node_context_switches_total', '', rising(1000), (age) => (age % 600) * 100_000),
    row('node_vmstat_oom_kill', '', steady(0), rising(0.01)),
    row('node_systemd_unit_state', ',name="x.service",state="failed"', steady(0), steady(1)),
    row('node_hwmon_temp_celsius', ',chip="0"', steady(40), steady(80 + index)),
    row('node_hwmon_chip_names', ',chip="0",chip_name="cpu"', steady(1)),
  ];
});

const ksm = 'job="kube-state-metrics"';
const web = `namespace="shop",${ksm}`;
const kubernetes: Row[] = [
  ...['web-1', 'web-2'].flatMap((pod): Row[] => [
    [
      `kube_pod_container_status_restarts_total{pod="${pod}",container="web",${web}}`,
      steady(3),
      rising(0.01),
    ],
    [`kube_pod_status_phase{pod="${pod}",phase="Pending",${web}}`, steady(0), steady(1)],
    [`kube_pod_status_phase{pod="${pod}",phase="Running",${web}}`, steady(1)],
    [`kube_pod_owner{pod="${pod}",owner_kind="ReplicaSet",${web}}`, steady(1)],
    [`kube_pod_info{pod="${pod}",node="n1",${web}}`, steady(1)],
    [`container_cpu_cfs_periods_total{pod="${pod}",container="web",namespace="shop"}`, rising(10)],
    [
      `container_cpu_cfs_throttled_periods_total{pod="${pod}",container="web",namespace="shop"}`,
      rising(0.1),
      rising(6),
    ],
    [
      `kube_pod_container_status_waiting_reason{pod="${pod}",container="web",reason="CrashLoopBackOff",${web}}`,
      none,
      steady(1),
    ],
  ]),
  [`kube_deployment_status_observed_generation{deployment="web",${web}}`, steady(4), steady(3)],
  [`kube_deployment_metadata_generation{deployment="web",${web}}`, steady(4)],
  [`kube_deployment_spec_replicas{deployment="web",${web}}`, steady(3)],
  [`kube_deployment_status_replicas_available{deployment="web",${web}}`, steady(3), steady(1)],
  [`kube_deployment_status_replicas_updated{deployment="web",${web}}`, steady(3)],
  [
    `kube_deployment_status_condition{deployment="web",condition="Progressing",status="false",${web}}`,
    steady(0),
    steady(1),
  ],
  [`kube_statefulset_status_current_revision{statefulset="db",revision="1",${web}}`, steady(1)],
  [`kube_statefulset_status_update_revision{statefulset="db",revision="1",${web}}`, steady(1), none],
  [`kube_statefulset_status_update_revision{statefulset="db",revision="2",${web}}`, none, steady(1)],
  [`kube_statefulset_replicas{statefulset="db",namespace="shop"}`, steady(3)],
  [`kube_statefulset_status_replicas_updated{statefulset="db",namespace="shop"}`, steady(3), steady(1)],
  [`kube_daemonset_status_current_number_scheduled{daemonset="d",${web}}`, steady(3), steady(2)],
  [`kube_daemonset_status_desired_number_scheduled{daemonset="d",${web}}`, steady(3)],
  [`kube_daemonset_status_number_misscheduled{daemonset="d",${web}}`, steady(0), steady(1)],
  [`kube_daemonset_status_updated_number_scheduled{daemonset="d",${web}}`, steady(3)],
  [`kube_job_failed{job_name="j",${web}}`, steady(0), steady(1)],
  [`kube_job_status_start_time{job_name="j",${web}}`, steady(1_000)],
  [`kube_job_status_active{job_name="j",${web}}`, steady(0), steady(1)],
  [`kube_hpa_status_desired_replicas{hpa="web",${web}}`, steady(3), steady(7)],
  [`kube_hpa_status_current_replicas{hpa="web",${web}}`, steady(3), steady(5)],
  [`kube_hpa_spec_min_replicas{hpa="web",${web}}`, steady(2)],
  [`kube_hpa_spec_max_replicas{hpa="web",${web}}`, steady(10)],
  [`kube_hpa_status_current_replicas{hpa="api",${web}}`, steady(3), steady(4)],
  [`kube_hpa_spec_max_replicas{hpa="api",${web}}`, steady(4)],
  ['namespace_cpu:kube_pod_container_resource_requests:sum{namespace="shop"}', steady(1), steady(30)],
  ['kube_node_status_allocatable{node="n1",resource="cpu"}', steady(8)],
  ['kube_node_status_allocatable{node="n2",resource="cpu"}', steady(8)],
  [`kube_resourcequota{resource="pods",type="used",${web}}`, steady(5), steady(9.5)],
  [`kube_resourcequota{resource="pods",type="hard",${web}}`, steady(10)],
  [`kube_resourcequota{resource="cpu",type="used",${web}}`, steady(5), steady(12)],
  [`kube_resourcequota{resource="cpu",type="hard",${web}}`, steady(10)],
  ['kubelet_volume_stats_available_bytes{namespace="shop",persistentvolumeclaim="x"}', steady(50), steady(1)],
  ['kubelet_volume_stats_capacity_bytes{namespace="shop",persistentvolumeclaim="x"}', steady(100)],
  ['kubelet_volume_stats_used_bytes{namespace="shop",persistentvolumeclaim="x"}', steady(50), steady(99)],
  [
    'kube_persistentvolumeclaim_access_mode{namespace="shop",persistentvolumeclaim="y",access_mode="ReadOnlyMany"}',
    steady(1),
  ],
  ['kube_persistentvolume_status_phase{persistentvolume="x",phase="Failed"}', steady(0), steady(1)],
  ['kubernetes_build_info{instance="n1",git_version="v1.30.1"}', steady(1)],
  ['kubernetes_build_info{instance="n2",git_version="v1.31.0"}', none, steady(1)],
  ['rest_client_requests_total{instance="n1",job="kubelet",code="200"}', rising(10)],
  ['rest_client_requests_total{instance="n1",job="kubelet",code="500"}', steady(5), rising(1)],
  ['kube_node_status_condition{node="n1",condition="Ready",status="true"}', steady(1), toggling(0, 1)],
  ['kube_node_status_condition{node="n2",condition="Ready",status="true"}', steady(1), steady(0)],
  [
    'kube_node_spec_taint{node="n1",key="node.kubernetes.io/unreachable",effect="NoSchedule"}',
    none,
    steady(1),
  ],
  ['kube_node_status_capacity{node="n1",resource="pods"}', steady(110), steady(2)],
  ['up{job="kubelet",instance="n1"}', steady(1), steady(0)],
  ['up{job="scheduler",instance="n1"}', steady(1), none],
  [
    'node_quantile:kubelet_pleg_relist_duration_seconds:histogram_quantile{node="n1",quantile="0.99"}',
    steady(0.1),
    steady(10),
  ],
  ['aggregator_unavailable_apiservice_total{name="v1"}', steady(2), rising(0.05)],
  ['apiserver_client_certificate_expiration_seconds_count{job="apiserver"}', rising(1)],
  [
    'apiserver_client_certificate_expiration_seconds_bucket{job="apiserver",le="86400"}',
    steady(0),
    rising(0.9),
  ],
  [
    'apiserver_client_certificate_expiration_seconds_bucket{job="apiserver",le="2592000"}',
    steady(0),
    rising(1),
  ],
  ['apiserver_client_certificate_expiration_seconds_bucket{job="apiserver",le="+Inf"}', rising(1)],
  ...['1h', '5m', '6h', '30m'].map(
    (window): Row => [
      `apiserver_request:burnrate${window}{cluster="main",verb="read"}`,
      steady(0.001),
      steady(0.2),
    ],
  ),
  ['apiserver_request_terminations_total{job="apiserver"}', steady(1), rising(5)],
  ['apiserver_request_total{job="apiserver"}', rising(10)],
];

const http: Row[] = ['web', 'cart'].flatMap((service, index): Row[] => {
  const bucket = (le: string, well: Shape, sick: Shape): Row => [
    `http_request_duration_seconds_bucket{service="${service}",le="${le}"}`,
    well,
    sick,
  ];
  const stopped: Shape = (age) => (age > 900 ? 1_000_000 - age * 10 : 991_000);
  return [
    [
      `http_requests_total{service="${service}",status="200"}`,
      rising(10),
      index === 1 ? stopped : rising(40),
    ],
    [
      `http_requests_total{service="${service}",status="500"}`,
      steady(7),
      index === 1 ? steady(7) : rising(6 + index),
    ],
    [`http_requests_total{service="${service}",status="418"}`, steady(0)],
    bucket('0.5', rising(9), rising(1)),
    bucket('1', rising(9.9), rising(2)),
    bucket('5', rising(10), rising(9)),
    bucket('+Inf', rising(10), rising(10)),
    [`http_request_duration_seconds_sum{service="${service}"}`, rising(2), rising(20)],
    [`http_request_duration_seconds_count{service="${service}"}`, rising(10)],
    [`http_in_flight{service="${service}"}`, steady(5 - index), steady(70 + index * 10)],
    [`http_in_flight_limit{service="${service}"}`, steady(60)],
    [`http_queue_length{service="${service}"}`, steady(3), rising(1, 4_000)],
    [`app_build_number{service="${service}"}`, steady(4), steady(4 + index)],
  ];
});

const others: Row[] = [
  ['node_boot_time_seconds{instance="a"}', steady(1_000), rising(0, Math.floor(Date.now() / 1_000) - 200)],
  ['deployment_in_progress{service="cart"}', steady(0), steady(1)],
  ['job:slo_errors_per_request:ratio_rate1h{job="web"}', steady(0.0001), steady(0.5)],
  ['deployment_in_progress{service="gone"}', none, (age) => (age > 420 ? 1 : null)],
];

const stepSeconds = 30;
const reachSeconds = 70 * 60;

/** In OpenMetrics, up to the instant `end`, in seconds. */
export function worldSamples(mood: Mood, end: number): string {
  const lines = [...node, ...kubernetes, ...http, ...others].flatMap(([series, well, sick = well]) => {
    const shape = mood === 'well' ? well : sick;
    const samples: string[] = [];
    for (let age = reachSeconds; age >= 0; age -= stepSeconds) {
      const value = shape(age);
      if (value !== null) samples.push(`${series} ${value} ${end - age}`);
    }
    return samples;
  });
  return `${lines.join('\n')}\n# EOF\n`;
}
