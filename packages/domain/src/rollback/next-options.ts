import { releaseName } from '../deployment/release-words.ts';
import type { Plan } from './plan.ts';

/** What a person may do when the target is not proven: further back, leave it, or bring back what was taken away. */
export function nextOptions({ from, furtherBack }: Plan): string {
  const further = furtherBack
    ? `go further back, to ${releaseName(furtherBack)}, ${furtherBack.proof.replace('_', ' ')}`
    : 'nothing further back is known to be good: deploy a version that you trust';
  return `The target may be sick itself. Next: ${further}; or stop here: nothing more is changed; or undo it: let ${releaseName(from)} in and deploy it again. To verify once more, resume.`;
}
