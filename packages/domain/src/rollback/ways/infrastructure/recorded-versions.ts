import type { Static } from 'typebox';
import { changesOf } from '../change-schemas.ts';
import type { WayContext } from '../way.ts';
import type { stackDeclaration } from './stack-change.ts';
import { type StackChange, stackChange } from './stack-change.ts';

export type StackContext = WayContext<Static<typeof stackDeclaration>, StackChange>;

/** A stack, what was applied to it, and what it returns to; null is what was never recorded. */
export interface RecordedVersions {
  stack: string;
  from: string | null;
  to: string | null;
}

/** The target as it was applied; one that left the stack alone is known only from the *before* of the release after it. */
export function recordedVersions({ changes, deployment, target }: StackContext): RecordedVersions[] {
  const ofTarget = changesOf(stackChange, target.changes);
  const follows = deployment.previousDeploymentId === target.id;
  return changes.map(({ target: { stack }, before, after }) => {
    const applied = ofTarget.find((change) => change.target.stack === stack)?.after ?? null;
    return { stack, from: after, to: applied ?? (follows ? before : null) };
  });
}
