import type { Run, RunStep } from '@lastgood/domain';
import type { InMemoryRollout } from '../fakes/in-memory-rollout.ts';
import type { InMemoryStore } from '../fakes/in-memory-store.ts';
import type { RunStoreFact } from '../fakes/store/run-store.ts';

/** Watches a simulation from outside and keeps what broke a rule. */
export interface Referee {
  violations: string[];
  /** A claim or write of a run, before it is applied to the tables. */
  onFact(fact: RunStoreFact): void;
  /** A process is about to send the effect of a step. */
  onEffectSent(operation: string): void;
  /** Somebody who is not Lastgood has deployed. */
  onOutsideDeployment(service: string): void;
  /** Everything has come to rest. */
  atRest(): void;
}

export function createReferee(world: () => { store: InMemoryStore; rollout: InMemoryRollout }): Referee {
  const violations: string[] = [];
  const outside = new Set<string>();
  let stops = 0;
  const row = (runId: string) => world().store.world.runs.get(runId);

  return {
    violations,
    onFact(fact) {
      if (fact.kind === 'claimed') {
        if (fact.early) violations.push(`${fact.replica} took the lease of ${fact.runId} before its time`);
        if (fact.twice) violations.push(`${fact.replica} was given ${fact.runId} while executing it`);
        return;
      }
      if (fact.epoch !== fact.current)
        violations.push(
          `a row of ${fact.runId} was written under epoch ${fact.epoch}, it is ${fact.current}`,
        );
      if (fact.commit.run?.status === 'stopped') stops += 1;
      const steps = row(fact.runId)?.steps ?? [];
      for (const patch of fact.commit.steps ?? [])
        violations.push(...orderViolations(fact.runId, steps, patch));
    },
    onEffectSent(operation) {
      const [runId = '', ordinal] = operation.split('/');
      const step = row(runId)?.steps.find((one) => one.ordinal === Number(ordinal));
      if (step?.status !== 'started')
        violations.push(`the effect of ${operation} was sent while its step was ${step?.status}`);
    },
    onOutsideDeployment: (service) => outside.add(service),
    atRest() {
      const { store, rollout } = world();
      const runs = [...store.world.runs.values()];
      for (const { run, steps } of runs) {
        violations.push(...endViolations(run, steps, rollout, outside.has(run.service)));
      }
      const pages = store.world.outbox.filter((one) => one.notification.kind === 'rollback_failed').length;
      if (pages !== stops) violations.push(`${stops} stops led to ${pages} pages`);
      violations.push(...judgedTwice(store), ...deploymentViolations(store));
    },
  };
}

function orderViolations(
  runId: string,
  steps: readonly RunStep[],
  patch: { ordinal: number; status: string },
): string[] {
  const said: string[] = [];
  const before = steps.filter((step) => step.ordinal < patch.ordinal);
  if (before.some((step) => step.status !== 'applied' && step.status !== 'skipped'))
    said.push(`step ${patch.ordinal} of ${runId} was ${patch.status} before an earlier one was done`);
  if (steps.find((step) => step.ordinal === patch.ordinal)?.status === 'applied')
    said.push(`step ${patch.ordinal} of ${runId} was ${patch.status} after it had been applied`);
  return said;
}

function endViolations(
  run: Run,
  steps: readonly RunStep[],
  rollout: InMemoryRollout,
  meddled: boolean,
): string[] {
  const said: string[] = [];
  if (run.status === 'queued' || run.status === 'running')
    said.push(`${run.id} was lost: it is ${run.status}`);
  for (const { planned, ordinal, status, attempts } of steps) {
    const { step } = planned;
    if (step.kind !== 'set-template') continue;
    const effects = rollout
      .effects()
      .filter((effect) => effect.kind === 'set-template' && effect.operation === `${run.id}/${ordinal}`);
    if (effects.length > 1) said.push(`${run.id} set a template ${effects.length} times`);
    if (effects.length === 1 && attempts === 0) said.push(`${run.id} set a template it never began to set`);
    const workload = rollout.cluster.at(step.workload);
    const { templateDigest } = rollout.cluster.observe(workload, 0).snapshot;
    if (status === 'applied' && templateDigest !== step.templateDigest && !meddled)
      said.push(`${run.id} is ${run.status} and applied, but the world is not its target`);
    if (status === 'pending' && effects.length > 0)
      said.push(`${run.id} stopped before a step whose effect is in the world`);
    if (run.status === 'done' && workload.served !== workload.template && !meddled)
      said.push(`${run.id} is done, but its target does not serve`);
  }
  if (run.status === 'done' && steps.some((step) => step.status !== 'applied'))
    said.push(`${run.id} is done with steps left`);
  return said;
}

function judgedTwice({ world }: InMemoryStore): string[] {
  const seen = new Set<string>();
  return world.readings.flatMap(({ deploymentId, trigger, slot }) => {
    const key = `${deploymentId}/${trigger}@${slot}`;
    if (seen.has(key)) return [`${key} was judged twice`];
    seen.add(key);
    return [];
  });
}

function deploymentViolations({ world }: InMemoryStore): string[] {
  return [...world.runs.values()].flatMap(({ run }) => {
    const rolledBack = world.deployments.get(run.deploymentId)?.deployment.status === 'rolled_back';
    const row = world.deployments.get(`${run.id}-rollback`)?.deployment;
    if (run.status !== 'done') return [];
    return rolledBack && row?.status === 'completed'
      ? []
      : [`${run.id} is done, its deployments do not say so`];
  });
}
