import type { WorkloadSnapshot } from '../../../workload/workload.ts';
import type { WorkloadSeen } from '../../need.ts';

/** What is to be found on the workload in the end: the template as the cluster answered in the dry run, else as it is sent. */
export function storedTemplate(
  { rehearsal }: Pick<WorkloadSeen, 'rehearsal'>,
  to: WorkloadSnapshot,
): Pick<WorkloadSnapshot, 'template' | 'templateDigest'> {
  return rehearsal?.kind === 'accepted' ? rehearsal : to;
}
