import { isMended } from '../deployment/mended-rollout.ts';
import type { Unresolved } from '../deployment/unresolved.ts';
import { triggerFact } from '../notification/trigger-fact.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { isDeciding } from '../trigger/trigger.ts';
import { evidenceOf } from './decide.ts';
import { restraintsOfService } from './restraints.ts';
import type { Watched } from './watched.ts';

/** What of a release wants a person as it stands now, once the rollback that is active is none any more; null where nothing does. */
export function unresolvedOf(watched: Watched, slot: number): Unresolved | null {
  const { deployment, service, triggers } = watched;
  const firing = triggers.flatMap(({ trigger, state }): JudgedTrigger[] =>
    state?.phase === 'firing' && isDeciding(trigger) ? [{ trigger, state }] : [],
  );
  const [first] = firing;
  const { status, origin, putBack } = deployment;
  const rolloutFailed = status === 'failed' && origin !== 'rollback' && !isMended(deployment, service.policy);
  const isPutBack = putBack?.kind === 'back';
  if (!first && !rolloutFailed && !isPutBack) return null;
  const alone = { ...watched, policy: service.policy, activeRunId: null, lastAttemptAt: null };
  return {
    ...{ rolloutFailed, isPutBack },
    fires: first
      ? {
          names: firing.map(({ trigger }) => trigger.name),
          first: triggerFact(evidenceOf(first), first.state.since),
        }
      : null,
    actsByItself:
      firing.some(({ trigger }) => trigger.severity === 'auto_rollback') &&
      restraintsOfService(alone, slot).length === 0,
  };
}
