import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { Name } from '../../bounds.ts';
import type { Service } from '../../service/service.ts';
import type { Owner } from '../../workload/observation.ts';
import type { WorkloadRef } from '../../workload/workload.ts';

/** The Rollout that takes its template from a Deployment (`spec.workloadRef`); a Rollout with its own is a workload itself. */
export const rolloutDeclaration = Type.Object(
  { rollout: Name(), deployment: Type.Optional(Name()) },
  { additionalProperties: false },
);

/** The Canary, and the Deployment that is its target; without, one of the same name. */
export const canaryDeclaration = Type.Object(
  { canary: Name(), deployment: Type.Optional(Name()) },
  { additionalProperties: false },
);

/** What people call them, as the owner of a workload. */
export const controllers = { 'argo-rollouts': 'Argo Rollouts', flagger: 'Flagger' } as const;

/** A Deployment that a delivery controller takes its template from, and the object that tells it to. */
interface Delivered {
  by: keyof typeof controllers;
  deployment: string;
  object: { kind: 'Rollout' | 'Canary'; name: string };
}

type Declaring = Pick<Service, 'rollback' | 'workloads'>;

function delivered({ rollback }: Declaring): Delivered[] {
  const { 'argo-rollouts': argo, flagger } = rollback;
  const found: Delivered[] = [];
  if (Check(rolloutDeclaration, argo))
    found.push({
      by: 'argo-rollouts',
      deployment: argo.deployment ?? argo.rollout,
      object: { kind: 'Rollout', name: argo.rollout },
    });
  if (Check(canaryDeclaration, flagger))
    found.push({
      by: 'flagger',
      deployment: flagger.deployment ?? flagger.canary,
      object: { kind: 'Canary', name: flagger.canary },
    });
  return found;
}

/** Who brings out a workload, as the service says: nothing on the object itself does. */
export function declaredOwner(
  service: Declaring,
  { kind, name }: WorkloadRef,
): Exclude<Owner, { kind: 'nobody' }> | null {
  if (kind !== 'Deployment') return null;
  const found = delivered(service).find(({ deployment }) => deployment === name);
  if (!found) return null;
  const { object, by } = found;
  const evidence = `the service declares rollback.${by}: ${object.kind} ${object.name}`;
  return { kind: 'delivery-controller', name: controllers[by], evidence };
}

/** The object by which a controller brings a workload out; null where it does not. */
export function deliveryObject(
  service: Declaring,
  by: keyof typeof controllers,
  { kind, name }: WorkloadRef,
): Delivered['object'] | null {
  if (kind === 'Rollout') return by === 'argo-rollouts' ? { kind, name } : null;
  if (kind !== 'Deployment') return null;
  return delivered(service).find((one) => one.by === by && one.deployment === name)?.object ?? null;
}

/** Whether a delivery controller brings out any of its workloads. */
export function isDelivered(service: Declaring): boolean {
  return service.workloads.some(({ kind }) => kind === 'Rollout') || delivered(service).length > 0;
}
