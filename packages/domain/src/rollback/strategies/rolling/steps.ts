import type { Deployment } from '../../../deployment/deployment.ts';
import type { TemplateTarget } from '../../contracts/set-template.ts';
import { expectedStepMs } from '../../expected-time.ts';
import type { RollbackFacts } from '../../needed-facts.ts';
import { plannedStep } from '../../planned-step.ts';
import type { PlannedStep } from '../../step.ts';
import type { ReadyWorkload } from './ready-workload.ts';

export function workloadSteps(facts: ReadyWorkload, all: RollbackFacts, target: Deployment): PlannedStep[] {
  const { workload, to, read } = facts;
  const name = `${workload.kind} ${workload.name}`;
  const release = `release ${target.release}`;
  const { uid, templateDigest, imageDigests } = to;
  const { releaseStuckPods, stableTimeoutMs } = all.service.policy;
  const template: TemplateTarget = {
    workload,
    uid,
    fromDigest: read.observation.snapshot.templateDigest,
    template: to.template,
    templateDigest,
    imageDigests,
  };
  return [
    plannedStep(
      { kind: 'rehearse-template', ...template },
      {
        title: `Dry run: ask the cluster to accept ${release} for ${name}`,
        target: release,
        expectedMs: expectedStepMs('rehearse-template', all.stepDurations),
      },
    ),
    plannedStep(
      { kind: 'set-template', ...template },
      {
        title: `Set ${name} to the template of ${release}`,
        target: release,
        expectedMs: expectedStepMs('set-template', all.stepDurations),
      },
    ),
    plannedStep(
      { kind: 'wait-until-stable', workload, uid, templateDigest, imageDigests, releaseStuckPods },
      {
        title: `Wait until every replica of ${name} serves ${release}`,
        target: release,
        expectedMs: expectedStepMs('wait-until-stable', all.stepDurations),
        limits: { startToCloseMs: stableTimeoutMs },
      },
    ),
  ];
}

/** Checks time out by themselves; the step is given ten minutes more than the slowest. */
const beyondChecksMs = 10 * 60_000;

export function verifyStep(facts: RollbackFacts, target: Deployment): PlannedStep {
  const slowest = Math.max(0, ...facts.service.checks.map((check) => check.timeoutMs));
  return plannedStep(
    { kind: 'verify' },
    {
      title: `Verify that release ${target.release} works (${facts.service.checks.length + facts.workloads.length} checks)`,
      target: `release ${target.release}`,
      expectedMs: expectedStepMs('verify', facts.stepDurations),
      limits: { startToCloseMs: slowest + beyondChecksMs },
    },
  );
}
