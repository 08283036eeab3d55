import {
  type Applications,
  aboutRun,
  type BecameStep,
  type CheckState,
  type ConfigurationKeep,
  type Configurations,
  type DeliveryControllers,
  type Flags,
  type Git,
  type Infrastructure,
  type Migrations,
  type Notification,
  type Objects,
  type Operation,
  operationKey,
  type PlanningRead,
  type Registries,
  type Rollout,
  type RunStep,
  runNotification,
  type StepEffect,
  type StepKind,
  type StepOf,
  type StepOutcome,
  type Traffic,
  type Workloads,
  type Writers,
} from '@lastgood/domain';
import type { VerifyDependencies } from '../verify/attempt-check.ts';
import { verify } from '../verify/verify.ts';
import { applyByContract } from './apply-by-contract.ts';
import { comparing } from './compare-copies.ts';
import { followApplication } from './follow-application.ts';
import { holding, reaching } from './staged-effects.ts';
import { withKept } from './with-kept.ts';
import { withSessions } from './with-sessions.ts';
import type { WorkContext } from './work-context.ts';

/** What an installation may or may not have. A plan that needs what is not there is refused when it is made. */
export interface EffectPorts {
  rollout: Rollout;
  workloads: Workloads;
  traffic?: Traffic | undefined;
  delivery?: DeliveryControllers | undefined;
  flags?: Flags | undefined;
  migrations?: Migrations | undefined;
  writers?: Writers | undefined;
  infrastructure?: Infrastructure | undefined;
  git?: Git | undefined;
  applications?: Applications | undefined;
  registries?: Registries | undefined;
  configurations?: Configurations | undefined;
  /** Objects beside the workloads of services. */
  objects?: Objects | undefined;
  /** Where sealed contents of configuration are kept. */
  keep?: ConfigurationKeep | undefined;
  /** What a metric source says of each copy of a service; plans are made without it, and say so. */
  readCopies?: PlanningRead<'copies'> | undefined;
}

export interface ApplyDependencies extends Omit<VerifyDependencies, 'rollout'> {
  ports: EffectPorts;
}

/** How an attempt ended, and what is written beside it in the same transaction. */
export interface Applied {
  outcome: StepOutcome;
  /** Whether the effect of the step is or may be out there, by this attempt or an earlier one. */
  sent: boolean;
  /** The step as the outside has done it, where that is not as it was expected. */
  became?: BecameStep;
  checks?: CheckState[];
  notifications?: Notification[];
}

interface Attempt<K extends StepKind> {
  deps: ApplyDependencies;
  step: StepOf<K>;
  row: RunStep;
  context: WorkContext;
  operation: Operation;
  signal: AbortSignal;
  lost: () => boolean;
}

/** Either an effect on the outside, judged by the contract of its kind, or something of our own. */
type Entry<K extends StepKind> =
  | { outside: (ports: EffectPorts) => StepEffect<K> | undefined }
  | { inside: (attempt: Attempt<K>) => Promise<Applied>; needs?: (ports: EffectPorts) => unknown };

/**
 * Every effect this product can have on the world, one entry per step kind. Each reads before it writes and carries
 * `run/step` and the epoch of the lease as its operation, so that applying it twice changes nothing.
 */
const effects: { [K in StepKind]: Entry<K> } = {
  'restore-image': { outside: ({ registries }) => registries?.restoreImage },
  'set-config': {
    outside: ({ configurations, keep }) => configurations && keep && withKept(configurations.setConfig, keep),
  },
  'remove-object': { outside: ({ objects }) => objects?.removeObject },
  'rehearse-template': { outside: ({ workloads }) => workloads.rehearseTemplate },
  'set-template': { outside: ({ workloads }) => workloads.setTemplate },
  'give-back-ownership': { outside: ({ workloads }) => workloads.giveBackOwnership },
  'wait-until-stable': { outside: ({ workloads }) => workloads.waitUntilStable },
  'ensure-replicas': { outside: ({ workloads }) => workloads.ensureReplicas },
  'compare-copies': {
    inside: (attempt) =>
      byContract(attempt, comparing({ ...attempt.deps, rollout: attempt.deps.ports.rollout })),
  },
  'reach-stage': { outside: ({ traffic }) => traffic && reaching(traffic) },
  'hold-stage': {
    needs: ({ traffic }) => traffic,
    inside({ deps, row, ...attempt }) {
      const { traffic } = deps.ports;
      if (!traffic) return Promise.resolve({ outcome: notConfigured(attempt.step.kind), sent: false });
      return byContract({ deps, row, ...attempt }, holding(deps, traffic, row.startedAt));
    },
  },
  'set-weight': { outside: ({ traffic }) => traffic?.setWeight },
  'switch-selector': { outside: ({ traffic }) => traffic?.switchSelector },
  'order-abort': { outside: ({ delivery }) => delivery?.orderAbort },
  'skip-analysis': { outside: ({ delivery }) => delivery?.skipAnalysis },
  'wait-for-promotion': { outside: ({ delivery }) => delivery?.waitForPromotion },
  'set-flag': { outside: ({ flags }) => flags?.setFlag },
  'stop-writers': {
    outside: ({ writers, migrations }) => writers && withSessions(writers.stopWriters, migrations),
  },
  'migrate-to': { outside: ({ migrations }) => migrations?.migrateTo },
  'run-fix-up': { outside: ({ migrations }) => migrations?.runFixUp },
  'start-writers': { outside: ({ writers }) => writers?.startWriters },
  'apply-infrastructure': { outside: ({ infrastructure }) => infrastructure?.applyInfrastructure },
  'ensure-commit-reverted': { outside: ({ git }) => git?.ensureCommitReverted },
  'wait-for-sync': {
    outside: ({ git, applications }) => followApplication(applications, git)?.waitForSync,
  },
  /** Queued in the transaction that records the step, under the step's key: once, or not at all. */
  notify: {
    async inside({ deps, step, context, operation }) {
      const { run } = context;
      const { urgency, title, text } = step;
      const notice = runNotification({
        ...{ run, kind: 'rollback_notice', urgency, at: deps.clock.now(), title, text },
        occasion: operation.key.slice(run.id.length + 1),
        ...aboutRun(context, { next: { text: 'The rollback goes on by itself.', at: null } }),
      });
      const outcome = { kind: 'applied', note: `queued: ${title}` } as const;
      return { outcome, sent: true, notifications: [notice] };
    },
  },
  verify: {
    inside: async ({ deps, context, signal }) => ({
      ...(await verify({ ...deps, rollout: deps.ports.rollout }, context, signal)),
      sent: false,
    }),
  },
};

/** @param attempt.lost whether the lease is or may be lost; asked right before anything is sent */
export function applyStep(
  deps: ApplyDependencies,
  context: WorkContext,
  row: RunStep,
  attempt: Pick<Attempt<StepKind>, 'signal' | 'lost'>,
): Promise<Applied> {
  const { step } = row.planned;
  const operation = { key: operationKey(context.run.id, row.ordinal), epoch: context.lease.epoch };
  return applyOne({ deps, step, row, context, operation, ...attempt });
}

async function applyOne<K extends StepKind>(attempt: Attempt<K>): Promise<Applied> {
  const { deps, step } = attempt;
  const entry: Entry<K> = effects[step.kind as K];
  if ('inside' in entry) return entry.inside(attempt);
  const effect = entry.outside(deps.ports);
  if (!effect) return { outcome: notConfigured(step.kind), sent: false };
  return byContract(attempt, effect);
}

function byContract<K extends StepKind>(
  { deps: { clock }, step, operation, signal, lost }: Attempt<K>,
  effect: StepEffect<K>,
): Promise<Applied> {
  return applyByContract({ clock, signal, lost }, effect, step, operation);
}

/** The kinds of steps that can be done with what is configured. */
export function availableKinds(ports: EffectPorts): Set<StepKind> {
  const kinds = Object.keys(effects) as StepKind[];
  return new Set(
    kinds.filter((kind) => {
      const entry = effects[kind];
      const needed = 'inside' in entry ? (entry.needs?.(ports) ?? !entry.needs) : entry.outside(ports);
      return Boolean(needed);
    }),
  );
}

function notConfigured(kind: StepKind): StepOutcome {
  return {
    kind: 'failed',
    reason: `Nothing that can do the step ${kind} is configured here.`,
    advice: 'Configure what does it on every replica, then resume: the run goes on from this step.',
  };
}
