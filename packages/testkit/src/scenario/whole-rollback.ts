import {
  type CheckState,
  type Deployment,
  limitOutcome,
  type PlanResult,
  releaseRef,
  type Service,
  type StepOutcome,
} from '@lastgood/domain';
import { applyStep, createReadCopies, type EffectPorts } from '@lastgood/engine';
import { planFor } from '@lastgood/engine/rollback/prepare';
import { createInMemoryHttpProbe } from '../fakes/in-memory-http-probe.ts';
import { createInMemoryMetricSource, type InMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import { createInMemoryStore } from '../fakes/in-memory-store.ts';
import { aRun, aStep, dayZero } from './builders.ts';

export interface RollbackAsked {
  ports: EffectPorts;
  service: Service;
  deployment: Deployment;
  target: Deployment;
  /** Lets the outside work for this long. */
  pass(byMs: number): Promise<void>;
  /** What is measured; nothing by default. */
  metrics?: InMemoryMetricSource;
  /** Every worker dies right after its first attempt of a step, and nobody wrote how that ended. */
  diesAtEveryStep?: boolean;
}

export interface RollbackDone {
  plan: PlanResult;
  /** How each step ended, in order, the verification last; the rest is left out after one that failed. */
  ended: { title: string; outcome: StepOutcome }[];
}

/** Plans a rollback over real ports and does its steps one by one, as a worker would, the verification included. */
export async function wholeRollback(asked: RollbackAsked): Promise<RollbackDone> {
  const { ports, service, deployment, target, pass, diesAtEveryStep = false } = asked;
  const { metrics = createInMemoryMetricSource() } = asked;
  let now = dayZero;
  const clock = { now: () => now, sleep: async () => {} };
  const { deployments } = createInMemoryStore({ now: clock.now, notifiers: [] });
  const signal = new AbortController().signal;
  const readCopies = createReadCopies(metrics, clock);
  const planned = await planFor(
    { deployments, ports: { ...ports, readCopies }, clock },
    { service, deployment, target, triggers: [], signal },
  );
  if (planned.kind === 'refused') return { plan: planned, ended: [] };
  const deps = { ports, metrics, probe: createInMemoryHttpProbe(), clock };
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
  for (const [at, planned] of rows.entries()) {
    const row = { ...planned, startedAt: now };
    context.steps[at] = row;
    let [outcome, dies]: [StepOutcome, boolean] = [
      { kind: 'waiting', until: now, note: '' },
      diesAtEveryStep,
    ];
    for (let tries = 0; tries < 200 && outcome.kind === 'waiting'; tries += 1) {
      await pass(Math.max(100, outcome.until - now));
      now = Math.max(now + 100, outcome.until);
      const applied = await applyStep(deps, context, row, { signal, lost: () => false });
      if (dies) {
        dies = false;
        context.lease = { ...context.lease, epoch: context.lease.epoch + 1 };
        continue;
      }
      if (applied.checks) context.checks = applied.checks;
      outcome = limitOutcome(row, applied.outcome, now);
    }
    ended.push({ title: row.planned.title, outcome });
    if (outcome.kind !== 'applied') break;
  }
  return { plan: planned, ended };
}
