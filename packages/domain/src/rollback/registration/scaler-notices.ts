import type { Notice } from '../../deployment/notice.ts';
import { scalerInWords } from '../../workload/scaler.ts';
import { workloadInWords } from '../../workload/workload.ts';
import type { RegisteredRelease } from './registered-release.ts';

/** What sets how many pods there are: a rollback sets the template and no number of pods. */
export function scalerNotices({ scaled = [] }: Pick<RegisteredRelease, 'scaled'>): Notice[] {
  return scaled.flatMap(({ workload, answer }): Notice[] => {
    const name = workloadInWords(workload);
    if (answer.kind === 'unreachable')
      return [{ code: 'scaled', words: `Whether anything scales ${name} is not known: ${answer.reason}.` }];
    if (answer.scaler === null) return [];
    const by = scalerInWords(answer.scaler);
    return [{ code: 'scaled', words: `${name} is scaled by ${by}: a rollback leaves its replicas alone.` }];
  });
}
