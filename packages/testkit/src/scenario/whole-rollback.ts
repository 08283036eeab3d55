import {
  type CheckState,
  type Deployment,
  type PlanResult,
  releaseRef,
  type Service,
  type StepOutcome,
} from '@lastgood/domain';
import { applyStep, type EffectPorts } from '@lastgood/engine';
import { planFor } from '@lastgood/engine/rollback/prepare';
import { createInMemoryHttpProbe } from '../fakes/in-memory-http-probe.ts';
import { createInMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import { createInMemoryStore } from '../fakes/in-memory-store.ts';
import { aRun, aStep, dayZero } from './builders.ts';

export interface RollbackAsked {
  ports: EffectPorts;
  service: Service;
  deployment: Deployment;
  target: Deployment;
  /** Lets the outside work for this long. */
  pass(byMs: number): Promise<void>;
}

export interface RollbackDone {
  plan: PlanResult;
  /** How each step ended, in order, the verification last; the rest is left out after one that failed. */
  ended: { title: string; outcome: StepOutcome }[];
}

/** Plans a rollback over real ports and does its steps one by one, as a worker would, the verification included. */
export async function wholeRollback(asked: RollbackAsked): Promise<RollbackDone> {
  const { ports, service, deployment, target, pass } = asked;
  let now = dayZero;
  const clock = { now: () => now, sleep: async () => {} };
  const { deployments } = createInMemoryStore({ now: clock.now, notifiers: [] });
  const signal = new AbortController().signal;
  const planned = await planFor(
    { deployments, ports, clock },
    { service, deployment, target, triggers: [], signal },
  );
  if (planned.kind === 'refused') return { plan: planned, ended: [] };
  const deps = { ports, metrics: createInMemoryMetricSource(), probe: createInMemoryHttpProbe(), clock };
  const rows = planned.plan.steps.map((one, ordinal) =>
    aStep({ planned: one, ordinal, status: 'started', startedAt: now, attempts: 1 }),
  );
  const context = {
    lease: { runId: 'r1', epoch: 1, replica: 'one', leaseMs: 2_000 },
    run: aRun({ id: 'r1', status: 'running', plan: { ...planned.plan, target: releaseRef(target) } }),
    ...{ steps: rows, checks: [] as CheckState[], service, deployment, target },
    ...{ isRecorded: false, takenOverFrom: null, unattendedMs: 0 },
  };
  const ended: RollbackDone['ended'] = [];
  for (const row of rows) {
    let outcome: StepOutcome = { kind: 'waiting', until: now, note: '' };
    for (let tries = 0; tries < 200 && outcome.kind === 'waiting'; tries += 1) {
      await pass(Math.max(100, outcome.until - now));
      now = Math.max(now + 100, outcome.until);
      const applied = await applyStep(deps, context, row, { signal, lost: () => false });
      if (applied.checks) context.checks = applied.checks;
      outcome = applied.outcome;
    }
    ended.push({ title: row.planned.title, outcome });
    if (outcome.kind !== 'applied') break;
  }
  return { plan: planned, ended };
}
