import type { Static } from 'typebox';
import type { Change } from '../../../deployment/deployment.ts';
import { changesOf } from '../change-schemas.ts';
import { firstSinceTarget } from '../first-since-target.ts';
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

/**
 * The target as it was applied; one that left the stack alone is known only from the *before* of the first release after it that
 * did not.
 */
export function recordedVersions(context: StackContext): RecordedVersions[] {
  return context.changes.map(({ target: { stack }, after }) => {
    const ofStack = (changes: readonly Change[]) =>
      changesOf(stackChange, changes).find((change) => change.target.stack === stack);
    const applied = ofStack(context.target.changes)?.after ?? null;
    return { stack, from: after, to: applied ?? firstSinceTarget(context, ofStack)?.before ?? null };
  });
}
