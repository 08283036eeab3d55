import { cooldownLeftMs, isGoodTarget } from '../deployment/eligibility.ts';
import { failedReturn } from '../deployment/failed-return.ts';
import { beyondLimits, jumpOf } from '../deployment/jump.ts';
import { isBreachingNow } from '../trigger/advance-trigger.ts';
import { formatDuration, formatReading } from '../trigger/format.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { severityRank } from '../trigger/trigger.ts';
import { isAskedAgain } from './asked-again.ts';
import type { Decision, DecisionVerdict, TriggerEvidence } from './decision.ts';
import { describeDecision } from './sentence.ts';
import type { Watched } from './watched.ts';

const verdictOf = { auto_rollback: 'roll_back', page_and_suggest: 'suggest', log_only: 'record' } as const;

/** What a decision is made of. */
export interface ToDecide {
  watched: Watched;
  judged: readonly JudgedTrigger[];
  slot: number;
  id: string;
  /** Why the fleet's brakes hold it back. */
  brakes?: readonly string[];
  /** By trigger, why it is not the deployment's fault. */
  vetoes?: ReadonlyMap<string, string>;
}

/**
 * All triggers of a deployment are judged together and the worst firing one wins. What holds an automatic rollback back
 * turns it into a suggestion and is named. Pure: whether the decision is news is `isNews`, the fleet's brakes come from
 * `brakesOn` and are given in `brakes`, the vetoes on single triggers from `vetoesOn`.
 */
export function decide({ watched, judged, slot, id, brakes = [], vetoes = new Map() }: ToDecide): Decision {
  const worst = worstFiring(judged, vetoes);
  const wanted = wantedBy(worst);
  const restraints =
    worst && wanted === 'roll_back'
      ? [...restraintsOn(watched, worst, slot), ...vetoOn(worst, vetoes), ...brakes]
      : [];
  const verdict = restrain(wanted, watched, restraints);
  const frame = {
    id,
    deploymentId: watched.deployment.id,
    service: watched.service.key,
    slot,
    wanted,
    trigger: worst?.trigger.name ?? null,
    evidence: judged.map(evidenceOf),
  };
  return {
    ...frame,
    verdict,
    restraints,
    sentence: describeDecision(verdict, worst, targetName(watched), restraints),
  };
}

/** What the worst firing trigger asks for, before anything holds it back. */
export function wantedBy(worst: JudgedTrigger | null): DecisionVerdict {
  if (!worst) return 'none';
  return worst.trigger.shadow ? 'record' : verdictOf[worst.trigger.severity];
}

const gravity: Record<DecisionVerdict, number> = { none: 0, record: 1, suggest: 2, roll_back: 3 };

/**
 * A decision is said once per firing: when its trigger fired anew since the last one, or when it is graver. So the
 * suggestion that is left while an attempt to roll back cools down is not said again: the attempt has spoken for itself.
 * To roll back is always news: the active run and the cooldown keep it from happening twice, and after them it may.
 */
export function isNews(decision: Decision, last: Decision | null, judged: readonly JudgedTrigger[]): boolean {
  if (decision.verdict === 'none') return false;
  if (decision.verdict === 'roll_back' || !last) return true;
  const firing = judged.find(({ trigger }) => trigger.name === decision.trigger);
  const firedAnew = last.slot < (firing?.state.since ?? decision.slot);
  return firedAnew || gravity[decision.verdict] > gravity[last.verdict];
}

function vetoOn({ trigger }: JudgedTrigger, vetoes: ReadonlyMap<string, string>): string[] {
  const veto = vetoes.get(trigger.name);
  return veto === undefined ? [] : [veto];
}

/**
 * The worst of those firing: by severity (a shadow last), not vetoed, confirmed by its newest reading, first to fire, by
 * name.
 */
export function worstFiring(
  judged: readonly JudgedTrigger[],
  vetoes: ReadonlyMap<string, string> = new Map(),
): JudgedTrigger | null {
  const rank = ({ trigger }: JudgedTrigger) => (trigger.shadow ? 0 : severityRank[trigger.severity]);
  const firing = judged.filter(({ state }) => state.phase === 'firing');
  return (
    firing.sort(
      (a, b) =>
        rank(b) - rank(a) ||
        Number(vetoes.has(a.trigger.name)) - Number(vetoes.has(b.trigger.name)) ||
        Number(isBreachingNow(b.state)) - Number(isBreachingNow(a.state)) ||
        a.state.since - b.state.since ||
        a.trigger.name.localeCompare(b.trigger.name),
    )[0] ?? null
  );
}

function restrain(wanted: DecisionVerdict, watched: Watched, restraints: readonly string[]): DecisionVerdict {
  if (wanted === 'none' || wanted === 'record') return wanted;
  if (watched.activeRunId !== null) return 'none';
  return wanted === 'roll_back' && restraints.length > 0 ? 'suggest' : wanted;
}

/** Everything that keeps a rollback from happening by itself, in words. */
function restraintsOn(watched: Watched, worst: JudgedTrigger, slot: number): string[] {
  const restraints: string[] = [];
  if (!isBreachingNow(worst.state)) {
    const reading = worst.state.reading ? formatReading(worst.state.reading, worst.trigger.unit) : 'none';
    restraints.push(`its newest reading does not confirm it (${reading})`);
  }
  if (watched.activeRunId !== null) restraints.push('a rollback of this service is already running');
  if (watched.deployment.origin === 'rollback') restraints.push('this deployment is itself a rollback');
  const left = cooldownLeftMs(watched.lastAttemptAt, watched.service.policy.cooldownMs, slot);
  if (left > 0)
    restraints.push(`the last rollback attempt is recent, cooldown ends in ${formatDuration(left)}`);
  return [...restraints, ...againstTarget(watched, slot)];
}

function againstTarget({ lastKnownGood, deployment, between, service }: Watched, slot: number): string[] {
  if (!lastKnownGood || !isGoodTarget(lastKnownGood)) return ['no last known good is recorded to return to'];
  const failed = failedReturn(lastKnownGood, between);
  const beyond = beyondLimits(jumpOf(lastKnownGood, deployment, between), service.policy, slot);
  return failed === null ? beyond : [failed, ...beyond];
}

function targetName(watched: Watched): string | null {
  // The newest good release before a rollback is the one it has returned to.
  if (watched.deployment.origin === 'rollback') return 'a release further back';
  return watched.lastKnownGood ? `release ${watched.lastKnownGood.release}` : null;
}

/** How a trigger stands, with all that a rollback needs to ask it again. */
export function evidenceOf({ trigger, state }: JudgedTrigger): TriggerEvidence {
  return {
    trigger: trigger.name,
    severity: trigger.severity,
    phase: state.phase,
    reading: state.reading,
    threshold: trigger.threshold,
    comparison: trigger.comparison,
    unit: trigger.unit,
    heldMs: state.heldMs,
    forMs: trigger.forMs,
    ...(isAskedAgain({ trigger, state }) ? { definition: trigger } : {}),
  };
}
