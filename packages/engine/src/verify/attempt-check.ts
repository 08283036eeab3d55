import {
  type Attempt,
  formatReading,
  type HttpCheck,
  type KubernetesCheck,
  type PrometheusCheck,
  passes,
  type VerificationCheck,
  variablesOf,
} from '@lastgood/domain';
import type { WorkContext } from '../rollback/work-context.ts';
import type { VerifyDependencies } from './verify.ts';

/** One attempt of one check against the world. */
export function attemptCheck(
  deps: VerifyDependencies,
  context: WorkContext,
  check: VerificationCheck,
  signal: AbortSignal,
): Promise<Attempt> {
  switch (check.type) {
    case 'prometheus':
      return attemptPrometheus(deps, context, check, signal);
    case 'http':
      return attemptHttp(deps, check, signal);
    case 'kubernetes':
      return attemptKubernetes(deps, context, check, signal);
  }
}

async function attemptPrometheus(
  { metrics, clock }: VerifyDependencies,
  { service, target }: WorkContext,
  check: PrometheusCheck,
  signal: AbortSignal,
): Promise<Attempt> {
  const question = { template: check.query, variables: variablesOf(service, target) };
  const [answer] = await metrics.read([question], clock.now(), signal);
  const reading = answer?.reading;
  if (reading?.kind === 'value') {
    return { kind: 'seen', pass: passes(check, reading.value), actual: formatReading(reading, '') };
  }
  if (reading?.kind === 'no-data' && check.onNoData === 'pass')
    return { kind: 'seen', pass: true, actual: 'no data' };
  return {
    kind: 'could-not-ask',
    reason: reading ? formatReading(reading, '') : 'the source did not answer',
  };
}

async function attemptHttp(
  { probe }: VerifyDependencies,
  check: HttpCheck,
  signal: AbortSignal,
): Promise<Attempt> {
  const result = await probe.get(check.url, signal);
  switch (result.kind) {
    case 'answered':
      return {
        kind: 'seen',
        pass: result.status === check.expectedStatus,
        actual: `status ${result.status}`,
      };
    case 'unreachable':
      return { kind: 'seen', pass: false, actual: result.reason };
    case 'refused':
      return { kind: 'could-not-ask', reason: result.reason };
  }
}

async function attemptKubernetes(
  { rollout }: VerifyDependencies,
  { service }: WorkContext,
  check: KubernetesCheck,
  signal: AbortSignal,
): Promise<Attempt> {
  const read = await rollout.read(
    { ...check.workload, cluster: service.cluster, namespace: service.namespace },
    signal,
  );
  if (read.kind === 'unreachable') return { kind: 'could-not-ask', reason: read.reason };
  if (read.kind === 'not-found') return { kind: 'seen', pass: false, actual: read.reason };
  const { progress, snapshot } = read.observation;
  if (check.serves) {
    if (check.serves.templateDigest !== snapshot.templateDigest)
      return { kind: 'seen', pass: false, actual: 'another template than the target' };
    const wrong = Object.entries(check.serves.imageDigests).find(([container, digest]) =>
      (progress.readyDigests[container] ?? []).some((running) => running !== digest),
    );
    if (wrong)
      return { kind: 'seen', pass: false, actual: `${wrong[0]} runs another image than the recorded one` };
  }
  return { kind: 'seen', pass: progress.complete, actual: progress.sentence };
}
