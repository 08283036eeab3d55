import type { Plan, ReleaseRef } from './plan.ts';

/** What a person may do when the target is not proven: further back, leave it, or bring back what was taken away. */
export function nextOptions({ from, furtherBack }: Pick<Plan, 'from' | 'furtherBack'>): string {
  const further = furtherBack
    ? `go further back, to ${named(furtherBack)}, by naming it as the target`
    : 'nothing further back is known to be good, so deploy a version that you trust';
  return `Next: ${further}; or leave it as it is: the rollback has stopped and changes nothing more; or undo it: release the hold and deploy ${named(from)} again. Resume verifies once more.`;
}

function named({ release, version, proof }: ReleaseRef): string {
  return `release ${release} (${[version, proof.replace('_', ' ')].filter(Boolean).join(', ')})`;
}
