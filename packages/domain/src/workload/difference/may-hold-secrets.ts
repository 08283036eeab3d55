import { containerLists } from '../template-images.ts';
import type { PodTemplate } from '../workload.ts';
import { hasHiddenMember } from './compare-values.ts';
import { byName, membersOf } from './members.ts';

/** Where people write values into a container. */
const written = [
  'env',
  'command',
  'args',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

/** Whether a template may have a secret written into it: then it is told nowhere as a whole. */
export function mayHoldSecrets({ spec }: PodTemplate): boolean {
  return containerLists
    .flatMap((list) => [...byName(membersOf(spec)[list], 'name').values()])
    .some((container) => written.some((member) => hasHiddenMember(container[member])));
}
