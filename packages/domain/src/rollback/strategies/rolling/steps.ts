import type { Deployment } from '../../../deployment/deployment.ts';
import { expectedStepMs } from '../../expected-time.ts';
import type { RollbackFacts } from '../../needed-facts.ts';
import type { PlannedStep, StepLimits, TemplateTarget } from '../../step.ts';
import type { ReadyWorkload } from './rolling.ts';

const minute = 60_000;

/** A step that only looks may begin late. */
const lookWithinMs = 60 * minute;

/**
 * For a step that is one or two requests: a sick API server gets five minutes of retries. After ten minutes of our own
 * absence a person decides whether it is still wanted.
 */
const request: StepLimits = {
  scheduleToStartMs: 10 * minute,
  startToCloseMs: 5 * minute,
  heartbeatMs: 15_000,
};

export function workloadSteps(facts: ReadyWorkload, all: RollbackFacts, target: Deployment): PlannedStep[] {
  const { workload, to, read } = facts;
  const name = `${workload.kind} ${workload.name}`;
  const release = `release ${target.release}`;
  const template: TemplateTarget = {
    workload,
    uid: to.uid,
    fromDigest: read.observation.snapshot.templateDigest,
    template: to.template,
    templateDigest: to.templateDigest,
    imageDigests: to.imageDigests,
  };
  return [
    {
      step: { kind: 'rehearse-template', ...template },
      title: `Dry run: ask the cluster to accept ${release} for ${name}`,
      limits: request,
      leavesBehind: 'Nothing was changed.',
      expectedMs: expectedStepMs('rehearse-template', all.stepDurations),
    },
    {
      step: { kind: 'set-template', ...template },
      title: `Set ${name} to the template of ${release}`,
      limits: request,
      leavesBehind: `${name} still runs what it ran before, unless its timeline says otherwise.`,
      expectedMs: expectedStepMs('set-template', all.stepDurations),
    },
    {
      step: {
        kind: 'wait-until-stable',
        workload,
        uid: to.uid,
        templateDigest: to.templateDigest,
        imageDigests: to.imageDigests,
        releaseStuckPods: all.service.policy.releaseStuckPods,
      },
      title: `Wait until every replica of ${name} serves ${release}`,
      limits: {
        scheduleToStartMs: lookWithinMs,
        startToCloseMs: all.service.policy.stableTimeoutMs,
        heartbeatMs: 30_000,
      },
      leavesBehind: `${name} is set to ${release}, but not every replica serves it; pods of both versions may run.`,
      expectedMs: expectedStepMs('wait-until-stable', all.stepDurations),
    },
  ];
}

export function verifyStep(facts: RollbackFacts, target: Deployment): PlannedStep {
  const slowest = Math.max(0, ...facts.service.checks.map((check) => check.timeoutMs));
  return {
    step: { kind: 'verify' },
    title: `Verify that release ${target.release} works (${facts.service.checks.length + facts.workloads.length} checks)`,
    limits: { scheduleToStartMs: lookWithinMs, startToCloseMs: slowest + 10 * minute, heartbeatMs: minute },
    leavesBehind: `The service runs release ${target.release}; nothing proves that it works.`,
    expectedMs: expectedStepMs('verify', facts.stepDurations),
  };
}
