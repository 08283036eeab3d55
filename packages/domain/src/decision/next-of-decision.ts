import { instantAfter } from '../instant-after.ts';
import type { NotificationFacts } from '../notification/facts.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Watched } from './watched.ts';

/**
 * What follows by itself of a decision that somebody is told of, if its breach goes on; null where it waits for a person. Of a
 * suggestion `decide` itself says so: asked again without the fleet's brakes, and for the time after the cooldown.
 */
export function nextOfDecision(
  watched: Watched,
  judged: readonly JudgedTrigger[],
  decision: Decision,
): NotificationFacts['next'] {
  if (decision.verdict === 'wait') return afterWaiting(decision);
  if (decision.wanted !== 'roll_back') return null;
  const guards = new Map(decision.guards.map((one) => [one.trigger, one]));
  const actsIn = (slot: number) =>
    decide({ watched, judged, slot, id: decision.id, guards }).verdict === 'roll_back';
  if (actsIn(decision.slot))
    return {
      text: 'It rolls back by itself once the brakes of the fleet let it and it still fires.',
      at: null,
    };
  const { lastAttemptAt, service } = watched;
  if (lastAttemptAt === null) return null;
  const cooledAt = instantAfter(lastAttemptAt, service.policy.cooldownMs);
  if (cooledAt <= decision.slot || !actsIn(cooledAt)) return null;
  return {
    text: 'If it still fires then and nothing else speaks against it, it rolls back by itself after the cooldown.',
    at: cooledAt,
  };
}

function afterWaiting({ guards, trigger }: Decision): NotificationFacts['next'] {
  const guard = guards.find((one) => one.trigger === trigger);
  if (!guard || guard.withoutEvidence === 'wait')
    return { text: 'It waits until the evidence can be read, or somebody rolls back.', at: null };
  const then = guard.withoutEvidence === 'act' ? 'it rolls back without it' : 'a rollback is suggested';
  const at = (guard.unknownSince ?? guard.slot) + guard.waitMs;
  return { text: `It waits for the evidence; unless that can be read before, ${then}.`, at };
}
