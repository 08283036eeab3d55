import { type Deployment, workloadChanges } from '../deployment/deployment.ts';
import { variablesOf } from '../deployment/variables.ts';
import { readSignal } from '../trigger/advance-trigger.ts';
import { formatReading } from '../trigger/format.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import type { Question } from '../trigger/question.ts';
import type { Reading } from '../trigger/reading.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { BreachingDependency, Watched } from './watched.ts';

/*
 * The veto: what fires by itself becomes a suggestion when something else than the deployment is likelier at fault.
 *
 * - The same trigger breached before the deployment started, asked for the version that served then. What cannot be
 *   answered about that time vetoes nothing.
 * - A dependency of the service was deployed in the same window and breaches too. One that was taken back counts until
 *   the cooldown has passed: the service's own metrics look minutes into the past.
 *
 * A trigger that is vetoed does not hold back another one that is not.
 */

/** Ask: how one firing trigger stood before its deployment started. */
export interface LookBack {
  deploymentId: string;
  trigger: string;
  /** The instant asked for: one slot before the deployment started. */
  at: number;
  question: Question;
  /** The companion of `minSamples`; null without one. */
  samples: Question | null;
}

/** What was answered about that time. */
export interface SeenBack {
  reading: Reading;
  samples: Reading | null;
}

/** Only triggers that would roll back by themselves are looked back on. */
export function neededLookBacks(
  watched: Watched,
  judged: readonly JudgedTrigger[],
  intervalMs: number,
): LookBack[] {
  const { service, deployment } = watched;
  const changes = workloadChanges(deployment).map((change) => ({ ...change, after: change.before }));
  const variables = variablesOf(service, { ...deployment, changes });
  return firingByThemselves(judged).map(({ trigger }) => ({
    deploymentId: deployment.id,
    trigger: trigger.name,
    at: deployment.startedAt - intervalMs,
    question: { template: trigger.query, variables },
    samples: trigger.minSamples ? { template: trigger.minSamples.query, variables } : null,
  }));
}

/** Judge: the name of each vetoed trigger and the evidence, in words. */
export function vetoesOn(
  watched: Watched,
  judged: readonly JudgedTrigger[],
  seen: (trigger: string) => SeenBack | null,
  slot: number,
): Map<string, string> {
  const shared = watched.breachingDependencies.find((one) => isShared(watched, one, slot));
  return new Map(
    firingByThemselves(judged).flatMap((one): [string, string][] => {
      const reason = breachedBefore(one, seen(one.trigger.name)) ?? (shared ? inWords(shared) : null);
      return reason === null ? [] : [[one.trigger.name, reason]];
    }),
  );
}

/** What of a deployment counts as a breach for those who depend on its service: not what is only logged or a shadow. */
export function breachesOf(
  { service, release, startedAt, watchClosedAt }: Deployment,
  triggers: readonly RollbackTrigger[],
  states: ReadonlyMap<string, TriggerState>,
): BreachingDependency[] {
  return triggers
    .filter(({ severity, shadow }) => severity !== 'log_only' && !shadow)
    .filter(({ name }) => ['pending', 'firing'].includes(states.get(name)?.phase ?? 'unknown'))
    .map(({ name }) => ({ service, release, trigger: name, startedAt, watchClosedAt }));
}

function firingByThemselves(judged: readonly JudgedTrigger[]): JudgedTrigger[] {
  return judged.filter(
    ({ trigger, state }) =>
      state.phase === 'firing' && trigger.severity === 'auto_rollback' && !trigger.shadow,
  );
}

function breachedBefore({ trigger }: JudgedTrigger, seen: SeenBack | null): string | null {
  if (!seen || readSignal(trigger, seen.reading, seen.samples) !== 'breach') return null;
  return `it breached before this deployment started (${formatReading(seen.reading, trigger.unit)}), which is likelier not at fault`;
}

function isShared({ deployment, service }: Watched, other: BreachingDependency, slot: number): boolean {
  const { watchWindowMs, cooldownMs } = service.policy;
  const inWindow = other.startedAt >= deployment.startedAt - watchWindowMs;
  return inWindow && (other.watchClosedAt === null || other.watchClosedAt > slot - cooldownMs);
}

function inWords({ service, release, trigger }: BreachingDependency): string {
  return `${service}, which it depends on, was deployed in the same window (release ${release}) and breaches ${trigger} too`;
}
