import { type Static, Type } from 'typebox';
import type { WorkloadObservation } from '../../workload/observation.ts';
import { sameTemplate } from '../../workload/same-template.ts';
import { isSameWorkload, type PodTemplate, workloadRef } from '../../workload/workload.ts';
import { type CheckOf, declaredCheck, frameOf } from '../check-frame.ts';
import type { DeclaredKind } from '../check-kind.ts';

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

export const kubernetes: DeclaredKind<'rollout', Declared, KubernetesCheck> = {
  type: 'kubernetes',
  schema,
  lint({ workload }, { workloads }) {
    if (!workload || workloads.some((one) => isSameWorkload(one, workload))) return [];
    const message = `${workload.kind} ${workload.name} is not one of the service's workloads.`;
    return [{ path: '/workload', message }];
  },
  accept(declared, workloads) {
    const meant = declared.workload ?? workloads[0];
    if (!meant) throw new Error('a service without a workload must be refused before');
    // A service's workload says more than a check may, such as its container.
    const { kind, name } = meant;
    return { ...frameOf(declared), type: 'kubernetes', workload: { kind, name } };
  },
  asks: ({ workload }) => `${workload.kind} ${workload.name}`,
  expected: () => 'every replica available, running the recorded images',
  ask: ({ workload }, { cluster, namespace }) => ({
    port: 'rollout',
    workload: { ...workload, cluster, namespace },
  }),
  judge({ serves }, answer) {
    if (answer.kind === 'unreachable') return { kind: 'could-not-ask', reason: answer.reason };
    if (answer.kind === 'not-found') return { kind: 'seen', pass: false, actual: answer.reason };
    const { progress } = answer.observation;
    if (progress.desired === 0) return { kind: 'nothing-serves', reason: nothingServes };
    const wrong = serves && servesOther(serves, answer.observation);
    if (wrong) return { kind: 'seen', pass: false, actual: wrong };
    if (!progress.complete || progress.available === 0)
      return { kind: 'seen', pass: false, actual: progress.sentence };
    return { kind: 'seen', pass: true, actual: serves ? proofOf(serves, progress) : progress.sentence };
  },
  heldTo(check, own) {
    const same = own.find(({ workload }) => isSameWorkload(workload, check.workload));
    return same?.serves ? { ...check, serves: same.serves } : check;
  },
};

/** What a workload without a single pod proves. */
const nothingServes = 'nothing serves: it is scaled to zero replicas';

function servesOther(
  { templateDigest, template, imageDigests }: NonNullable<KubernetesCheck['serves']>,
  { snapshot, progress }: WorkloadObservation,
): string | null {
  const isIt = template
    ? sameTemplate({ templateDigest, template, imageDigests }, { ...snapshot, imageDigests })
    : templateDigest === snapshot.templateDigest;
  if (!isIt) return 'another template than the target';
  for (const [container, digest] of Object.entries(imageDigests)) {
    const running = progress.readyDigests[container] ?? [];
    if (running.some((one) => one !== digest)) return `${container} runs another image than the recorded one`;
    if (running.length === 0)
      return `${progress.sentence}, and no ready pod says which image of ${container} it runs`;
  }
  return null;
}

/** "2 of 2 replicas available, template 9c1f2ab03d4e, app on 41aa0c7712be" */
function proofOf(
  { templateDigest, imageDigests }: NonNullable<KubernetesCheck['serves']>,
  { sentence }: WorkloadObservation['progress'],
): string {
  const images = Object.entries(imageDigests).map(
    ([container, digest]) => `${container} on ${short(digest)}`,
  );
  const seen = images.length > 0 ? images : ['no digest of its images is recorded'];
  return [sentence, `template ${short(templateDigest)}`, ...seen].join(', ');
}

function short(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}
