import { type RollbackTrigger, type SeenBack, triggerKind } from '@lastgood/domain';
import { type Asked, type Asking, unasked } from './read-parts.ts';

/** Judge: the one reading that comes of what was answered to the parts of a trigger; they are kept where they say more. */
export function judgedParts(
  asking: Asking & { trigger: RollbackTrigger },
  asked: Asked = unasked(asking),
): SeenBack {
  const { trigger } = asking;
  const { parts, samples } = asked;
  const kind = triggerKind(trigger);
  return { reading: kind.judge(trigger, parts), ...(kind.keepsParts ? { parts } : {}), samples };
}
