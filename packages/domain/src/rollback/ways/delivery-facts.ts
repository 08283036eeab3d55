import { workloadChanges } from '../../deployment/deployment.ts';
import { workloadsOf } from '../../service/service.ts';
import type { DeliverySeen, DeliveryTarget } from '../contracts/delivery.ts';
import type { AnsweredFact, Need } from '../need.ts';
import type { Refusal } from '../refusal.ts';
import { controllers, deliveryObject } from './delivered.ts';
import type { ReadyWorkload } from './rolling/ready-workload.ts';
import type { OwnedWorkload, RollbackContext } from './way.ts';

type Controller = keyof typeof controllers;

/** A workload that was handed over, with what brings it out. */
export interface Delivering {
  ready: ReadyWorkload;
  delivery: Omit<DeliveryTarget, 'revision'>;
  seen: DeliverySeen;
  /** Its template is the target's already. */
  isThere: boolean;
}

/** Every delivery of the service that the controller is in charge of. */
export function deliveryNeeds({ service, deployment }: RollbackContext, by: Controller): Need<'delivery'>[] {
  const { cluster, namespace } = service;
  const changed = workloadChanges(deployment).map(({ target }) => target);
  const refs = changed.length > 0 ? changed : workloadsOf(service);
  return refs.flatMap((ref) => {
    const found = deliveryObject(service, by, ref);
    if (!found) return [];
    return [
      { kind: 'delivery', ask: { controller: controllers[by], object: { ...found, cluster, namespace } } },
    ];
  });
}

/** What was handed over beside what was seen of its delivery, and why that cannot be gone back by. */
export function deliveringOf(
  { service, handedOver }: RollbackContext & { handedOver: readonly OwnedWorkload[] },
  by: Controller,
  facts: readonly AnsweredFact<'delivery'>[],
): { delivering: Delivering[]; refusals: Refusal[] } {
  const delivering: Delivering[] = [];
  const refusals: Refusal[] = [];
  for (const { workload, ready, refusal } of handedOver) {
    const object = deliveryObject(service, by, workload);
    const fact = facts.find(({ ask }) => object && ask.object.name === object.name);
    // What is owned by its metadata alone names no object that was asked for.
    if (!object || !fact) refusals.push(refusal);
    else if (fact.answer.kind === 'not-found') refusals.push(goneRefusal(fact.answer.reason));
    else if (ready) delivering.push(deliveringBy(fact.ask, fact.answer.seen, ready));
  }
  return { delivering, refusals: [...refusals, ...delivering.flatMap(stateRefusals)] };
}

function deliveringBy(
  ask: AnsweredFact<'delivery'>['ask'],
  seen: DeliverySeen,
  ready: ReadyWorkload,
): Delivering {
  const { rehearsal, to, observation } = ready;
  const digest = rehearsal?.kind === 'accepted' ? rehearsal.templateDigest : to.templateDigest;
  const isThere = observation.snapshot.templateDigest === digest;
  return { ready, seen, isThere, delivery: { ...ask, uid: seen.uid } };
}

function goneRefusal(reason: string): Refusal {
  return {
    code: 'delivery-gone',
    reason: `What brings the workload out is not there: ${reason}.`,
    advice: 'Correct the name under rollback of the service, or create the object again from its manifest.',
  };
}

/** What no order to the controller could change. */
function stateRefusals({ ready: { workload }, delivery, seen }: Delivering): Refusal[] {
  const { controller, object } = delivery;
  const name = `${object.kind} ${object.namespace}/${object.name}`;
  const refusals: Refusal[] = [];
  const refuse = (code: string, reason: string, advice: string) =>
    void refusals.push({ code, reason: `${name} ${reason}`, advice });
  if (seen.beingDeleted)
    refuse('delivery-being-deleted', 'is being deleted.', 'Find out who deletes it before anything else.');
  if (seen.suspended)
    refuse(
      'delivery-suspended',
      `is suspended: ${controller} would do nothing.`,
      `Let it go on in ${controller}, then roll back again.`,
    );
  if (seen.phase === 'starting')
    refuse(
      'delivery-starting',
      `has no stable version yet (${seen.sentence}).`,
      'There is nothing that could serve instead: deploy a version that works.',
    );
  if (!seen.observed)
    refuse(
      'delivery-behind',
      `was changed and ${controller} has not seen it yet.`,
      `Roll back again in some seconds; if it stays so, look whether ${controller} runs.`,
    );
  const from = seen.templateFrom;
  if (workload.kind !== object.kind && (from?.kind !== workload.kind || from.name !== workload.name))
    refuse(
      'delivery-of-another',
      `takes its template from ${from ? `${from.kind} ${from.name}` : 'itself'} and not from ${workload.kind} ${workload.name}.`,
      'Correct what the service declares under rollback.',
    );
  return refusals;
}
