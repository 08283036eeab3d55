import { type MetricSource, type Service, variablesOf } from '@lastgood/domain';

/** A label that bears the name of a service or of its workload on a metric that the shipped triggers ask. */
export interface FoundSeries {
  metric: string;
  label: string;
  value: string;
  count: number;
}

const metricNames = ['http_requests_total', 'http_request_duration_seconds_bucket'];

/** By convention of exporters, of Prometheus' Kubernetes discovery and of meshes. */
const labels = [
  ...['service', 'app', 'job', 'deployment', 'workload', 'container', 'service_name', 'name'],
  ...['app_kubernetes_io_name', 'kubernetes_name', 'destination_workload'],
];

/** How many series bear its name, for each label that could. What cannot be asked is left out: the queries themselves say so. */
export async function findSeries(
  metrics: MetricSource,
  { service, at, signal }: { service: Service; at: number; signal: AbortSignal },
): Promise<FoundSeries[]> {
  const variables = variablesOf(service, null);
  const values = [
    ...new Map([
      [service.name, 'SERVICE'],
      [service.workloads[0]?.name ?? service.name, 'WORKLOAD'],
    ]),
  ];
  const asked = metricNames.flatMap((metric) =>
    labels.flatMap((label) => values.map(([value, variable]) => ({ metric, label, value, variable }))),
  );
  const questions = asked.map(({ metric, label, variable }) => ({
    template: `count(${metric}{${label}="$${variable}"})`,
    variables,
  }));
  const answers = await metrics.read(questions, at, signal);
  return asked.flatMap(({ metric, label, value }, place) => {
    const reading = answers[place]?.reading;
    return reading?.kind === 'value' ? [{ metric, label, value, count: reading.value }] : [];
  });
}
