import { type Static, Type } from 'typebox';
import type { WorkloadObservation } from '../../workload/observation.ts';
import { sameTemplate } from '../../workload/same-template.ts';
import { isSameWorkload, type PodTemplate, workloadRef } from '../../workload/workload.ts';
import { type CheckOf, declaredCheck, frameOf } from '../check-frame.ts';
import type { CheckKind } from '../check-kind.ts';

const schema = declaredCheck('kubernetes', {
  workload: Type.Optional(workloadRef),
});

type Declared = Static<typeof schema>;

/** Waits for the workload to be fully rolled out and, when it is known what it must serve, proves that it serves that. */
export type KubernetesCheck = CheckOf<Declared, 'workload'> & {
  /** Absent where the run does not change the workload. */
  serves?: {
    templateDigest: string;
    /** Absent where only its digest is known. */
    template?: PodTemplate;
    /** Container name to `sha256:...` */
    imageDigests: Record<string, string>;
  };
};

export const kubernetes: CheckKind<'rollout', Declared, KubernetesCheck> = {
  type: 'kubernetes',
  schema,
  lint({ workload }, { workloads }) {
    if (!workload || workloads.some((one) => isSameWorkload(one, workload))) return [];
    const message = `${workload.kind} ${workload.name} is not one of the service's workloads.`;
    return [{ path: '/workload', message }];
  },
  accept(declared, workloads) {
    const workload = declared.workload ?? workloads[0];
    if (!workload) throw new Error('a service without a workload must be refused before');
    return { ...frameOf(declared), type: 'kubernetes', workload };
  },
  asks: ({ workload }) => `${workload.kind} ${workload.name}`,
  expected: () => 'every replica available on the recorded digest',
  ask: ({ workload }, { cluster, namespace }) => ({
    port: 'rollout',
    workload: { ...workload, cluster, namespace },
  }),
  judge({ serves }, answer) {
    if (answer.kind === 'unreachable') return { kind: 'could-not-ask', reason: answer.reason };
    if (answer.kind === 'not-found') return { kind: 'seen', pass: false, actual: answer.reason };
    const { progress } = answer.observation;
    const wrong = serves && servesOther(serves, answer.observation);
    if (wrong) return { kind: 'seen', pass: false, actual: wrong };
    return { kind: 'seen', pass: progress.complete, actual: progress.sentence };
  },
  heldTo(check, own) {
    const same = own.find(({ workload }) => isSameWorkload(workload, check.workload));
    return same?.serves ? { ...check, serves: same.serves } : check;
  },
};

function servesOther(
  { templateDigest, template, imageDigests }: NonNullable<KubernetesCheck['serves']>,
  { snapshot, progress }: WorkloadObservation,
): string | null {
  const isIt = template
    ? sameTemplate({ templateDigest, template, imageDigests }, { ...snapshot, imageDigests })
    : templateDigest === snapshot.templateDigest;
  if (!isIt) return 'another template than the target';
  const wrong = Object.entries(imageDigests).find(([container, digest]) =>
    (progress.readyDigests[container] ?? []).some((running) => running !== digest),
  );
  return wrong ? `${wrong[0]} runs another image than the recorded one` : null;
}
