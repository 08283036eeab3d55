import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { nameOf } from './effect-words.ts';
import { operationAnnotation } from './fenced-patch.ts';
import type { ServedWorkload } from './served-objects.ts';
import { templateDigest } from './template-digest.ts';

/** What to do about a workload as it was just read. */
export type WriteDecision =
  | { kind: 'send' }
  | Extract<EffectResult, { kind: 'already' }>
  | Extract<EffectResult, { kind: 'refused' }>;

/**
 * Whether the template may be set. The template that is taken back must be the one in place: a third one is somebody's newer
 * work. The same question is asked before the first attempt and after every answer that did not settle it.
 */
export function decideWrite(
  served: ServedWorkload,
  target: TemplateTarget,
  operation: string,
): WriteDecision {
  const { metadata, spec } = served;
  const name = nameOf(target.workload);
  const refused = (reason: string): WriteDecision => ({ kind: 'refused', reason });
  if (metadata.uid !== target.uid) {
    return refused(
      `${name} was deleted and created again since it was recorded; register the new object with a deployment first`,
    );
  }
  if (metadata.deletionTimestamp)
    return refused(`${name} is being deleted; create it again from its manifest`);
  const digest = templateDigest(spec.template);
  if (digest === target.templateDigest) {
    const own = metadata.annotations?.[operationAnnotation] === operation;
    return {
      kind: 'already',
      note: `${name} has the template already${own ? ', set by this very step' : ''}`,
    };
  }
  if (spec.paused) {
    return refused(
      `${name} is paused, so a new template would not roll out; resume it, then roll back again`,
    );
  }
  if (digest !== target.fromDigest) {
    return refused(
      `${name} runs neither the version to take back nor the target, but a third one (template ${digest.slice(0, 19)}); look at it, then plan anew`,
    );
  }
  return { kind: 'send' };
}
