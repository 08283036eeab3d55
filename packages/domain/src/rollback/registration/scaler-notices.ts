import type { Notice } from '../../deployment/notice.ts';
import { type Scaler, scalerInWords } from '../../workload/scaler.ts';
import { type WorkloadRef, workloadInWords } from '../../workload/workload.ts';
import { blueGreen } from '../ways/blue-green/blue-green.ts';
import { canary } from '../ways/canary/canary.ts';
import { isDelivered } from '../ways/delivered.ts';
import { migrationChanges } from '../ways/migration/change.ts';
import { isProgressive } from '../ways/progressive/declares.ts';
import { declaredFor } from '../ways/way.ts';
import type { RegisteredRelease } from './registered-release.ts';

type Release = Pick<RegisteredRelease, 'service' | 'deployment'>;

/** What sets how many pods there are, and whether a rollback of this release has to set that as well. */
export function scalerNotices({
  scaled = [],
  ...release
}: Release & Pick<RegisteredRelease, 'scaled'>): Notice[] {
  return scaled.flatMap(({ workload, answer }): Notice[] => {
    const name = workloadInWords(workload);
    if (answer.kind === 'unreachable')
      return [{ code: 'scaled', words: `Whether anything scales ${name} is not known: ${answer.reason}.` }];
    if (answer.scaler === null) return [];
    const by = scalerInWords(answer.scaler);
    return [
      {
        code: 'scaled',
        words: `${name} is scaled by ${by}: ${replicasOf(workload, answer.scaler, release)}.`,
      },
    ];
  });
}

/** A template goes back without a number of pods; where traffic goes back to pods, or a schema under them, there have to be so many. */
function replicasOf(workload: WorkloadRef, { kind, name }: Scaler, { service, deployment }: Release): string {
  const isNamed = (ref: WorkloadRef) => ref.kind === workload.kind && ref.name === workload.name;
  if (migrationChanges(deployment.changes).length > 0 && service.writers.some(isNamed))
    return kind === 'ScaledObject'
      ? `KEDA would start it again while the schema goes back, so a rollback is refused until ${name} is annotated autoscaling.keda.sh/paused=true`
      : 'a rollback sets its replicas to 0 while the schema goes back, and then to what they were; it is refused while its minReplicas is 0';
  if (carriers({ service, deployment }).some(isNamed))
    return 'a rollback brings it up where it has too few pods for the traffic, and is refused where that is more than it may make';
  return 'a rollback leaves its replicas alone';
}

/** What is brought up before traffic goes back to it. A delivery controller does so by itself. */
function carriers({ service, deployment }: Release): WorkloadRef[] {
  if (isDelivered(service)) return [];
  if (deployment.strategy === 'blue-green')
    return Object.values(declaredFor(blueGreen, service)?.slots ?? {});
  const { stable } = declaredFor(canary, service) ?? {};
  return deployment.strategy === 'canary' && isProgressive(service) && stable ? [stable.workload] : [];
}
