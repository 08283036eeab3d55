import type { Owner } from '../../workload/observation.ts';
import type { ObjectTarget, StepRefusal } from '../contracts/step-contract.ts';
import type { TrafficObjectSeen } from '../need.ts';
import type { Refusal } from '../refusal.ts';
import { rightRefusals } from './rolling/rights.ts';

type Place = Pick<ObjectTarget, 'cluster' | 'namespace'>;

/** "Service web"; what is elsewhere than its service, or is a rule of several, is named so that no other bears the name. */
export function trafficObjectName(
  { cluster, namespace, kind, name }: ObjectTarget,
  home: Place,
  rule: string | null = null,
): string {
  const placed = namespace === home.namespace ? name : `${namespace}/${name}`;
  const far = cluster === home.cluster ? '' : ` in cluster ${cluster}`;
  return `${kind} ${placed}${far}${rule === null ? '' : ` (rule ${rule})`}`;
}

/** Who would put the traffic back where it was, and what to do there instead. */
const insteadOf: Partial<Record<Owner['kind'], string>> = {
  'git-controller': 'Revert in Git the commit that led the traffic there.',
  'delivery-controller': 'Abort or undo there: while it is in charge of the traffic, nobody else may be.',
  'unknown-controller': 'Lead the traffic back by the object that it is made from.',
};

/** Why what leads the traffic may not be set, whatever it says. */
export function trafficObjectRefusals(name: string, seen: TrafficObjectSeen): Refusal[] {
  const { owner } = seen;
  const advice = owner ? insteadOf[owner.kind] : undefined;
  const owned: Refusal[] =
    owner && owner.kind !== 'nobody' && advice !== undefined
      ? [
          {
            code: 'owned-by-controller',
            reason: `${name} belongs to ${owner.name} (${owner.evidence}), which would lead the traffic back.`,
            advice,
          },
        ]
      : [];
  return [...rightRefusals(seen), ...owned];
}

/** What a person should know of who else writes it. */
export function trafficObjectWarnings(name: string, { owner }: TrafficObjectSeen): string[] {
  if (owner?.kind === 'package-manager' || owner?.kind === 'manual-apply')
    return [
      `${name} is managed by ${owner.name} (${owner.evidence}): its next apply may lead the traffic back.`,
    ];
  if (owner?.kind === 'possible-controller')
    return [
      `${name} may be managed by ${owner.name} (${owner.evidence}): if it is, it leads the traffic back by itself.`,
    ];
  return [];
}

export function goneRefusal(name: string, reason: string): Refusal {
  return {
    code: 'traffic-object-gone',
    reason: `${name}: ${reason}.`,
    advice: 'Correct what the service declares of it, or put it back; then plan again.',
  };
}

/** What the step itself would refuse, said before anything is changed. */
export function asRefusal({ code = 'traffic-refused', reason, advice }: StepRefusal): Refusal {
  return { code, reason, advice };
}
