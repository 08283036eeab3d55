import { changeOf } from '../../../deployment/deployment.ts';
import { releaseName } from '../../../deployment/release-words.ts';
import type { WorkloadObservation } from '../../../workload/observation.ts';
import { sameTemplate } from '../../../workload/same-template.ts';
import { type WorkloadRef, workloadInWords } from '../../../workload/workload.ts';
import type { AnsweredFact, Need } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import { recordedTarget } from '../rolling/needs.ts';
import { ownedWorkload } from '../rolling/owned.ts';
import { rightRefusals } from '../rolling/rights.ts';
import type { BlueGreenContext } from './switches.ts';

type WorkloadFact = AnsweredFact<'workload'>;

/** What stands behind every declared slot. Its template is only compared, never sent. */
export function slotNeeds({ service, deployment, declared }: BlueGreenContext): Need<'workload'>[] {
  if (deployment.strategy !== 'blue-green') return [];
  const { cluster, namespace } = service;
  return Object.values(declared?.slots ?? {}).map((ref) => ({
    kind: 'workload',
    ask: { workload: { ...ref, cluster, namespace }, to: null, uid: null },
  }));
}

/** A slot as it stands; null where nothing is declared behind it, or where it could not be read. */
export interface Slot {
  name: string;
  workload: WorkloadRef;
  fact: WorkloadFact;
}

export function slotNamed(
  { declared }: BlueGreenContext,
  facts: readonly WorkloadFact[],
  name: string,
): Slot | null {
  const slots = declared?.slots ?? {};
  const workload = Object.hasOwn(slots, name) ? slots[name] : undefined;
  const fact = facts.find(
    ({ ask }) => ask.workload.kind === workload?.kind && ask.workload.name === workload?.name,
  );
  return workload && fact ? { name, workload, fact } : null;
}

export function observed(slot: Slot | null): WorkloadObservation | null {
  return slot?.fact.answer.kind === 'seen' ? slot.fact.answer.seen.observation : null;
}

/** Why the slot does not hold what the target served; empty when it does. */
export function slotRefusals({ name, workload, fact }: Slot, context: BlueGreenContext): Refusal[] {
  const { deployment, target } = context;
  const { answer } = fact;
  const called = `${workloadInWords(workload)} of slot ${name}`;
  if (answer.kind !== 'seen')
    return [
      {
        code: 'workload-gone',
        reason: `${called} is not there: ${answer.reason}.`,
        advice: `Deploy ${releaseName(target)} into it again, then switch; a rollback cannot.`,
      },
    ];
  const { snapshot, beingDeleted } = answer.seen.observation;
  const recorded = recordedTarget(workload, deployment, target);
  if (recorded === null)
    return [
      {
        code: 'target-unknown',
        reason: `What ${called} held in ${releaseName(target)} was never recorded.`,
        advice: `Name ${workload.name} among the workloads of the service, so that it is recorded from now on; switch by hand this time, or choose another release.`,
      },
    ];
  if (beingDeleted)
    return [
      {
        code: 'workload-gone',
        reason: `${called} is being deleted.`,
        advice: 'Create it again from Git; a rollback cannot.',
      },
    ];
  if (sameTemplate(recorded, snapshot)) return [];
  return [
    {
      code: 'slot-overwritten',
      reason: `${called} no longer holds ${releaseName(target)}: another version was put into it since.`,
      advice: `Deploy ${releaseName(target)} into slot ${name} and switch to it, or choose a release that a slot still holds.`,
    },
  ];
}

/** Why so many of its pods cannot be brought up; empty where they can, or where they are wanted already. */
export function scaleRefusals(
  { workload, fact }: Slot,
  needed: number,
  context: BlueGreenContext,
): Refusal[] {
  const { answer } = fact;
  if (answer.kind !== 'seen' || answer.seen.observation.desiredReplicas >= needed) return [];
  const called = workloadInWords(workload);
  const owned = ownedWorkload(fact, context);
  if (owned)
    return [
      {
        code: 'owned-by-controller',
        reason: `${called} is scaled to ${answer.seen.observation.desiredReplicas} and ${needed} pods are needed, and it belongs to ${owned.by.name}, which would scale it back.`,
        advice: `Scale ${called} to ${needed} there, then roll back.`,
      },
    ];
  if (workload.kind === 'DaemonSet')
    return [
      {
        code: 'not-enough-pods',
        reason: `${called} has ${answer.seen.observation.desiredReplicas} pods, and ${needed} are needed to carry the traffic.`,
        advice:
          'Let it run on more nodes, or declare how many pods are enough (`minReady`); then plan again.',
      },
    ];
  return rightRefusals(answer.seen);
}

/** Whether the deployment itself changed what is behind a slot. */
export function isChangedBy({ deployment }: BlueGreenContext, workload: WorkloadRef): boolean {
  const { before, after } = changeOf(deployment.changes, workload) ?? {};
  return before?.templateDigest !== after?.templateDigest;
}
