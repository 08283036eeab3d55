import type { Copy, CopyMeasure } from '../contracts/copies.ts';
import type { WayStep } from './way.ts';

/** Before all traffic goes to a copy: whether the one that has it is not the healthier one. Nothing where nothing tells them apart. */
export function comparedFirst(to: Copy, other: Copy, errors: CopyMeasure | null): WayStep[] {
  if (!errors || to.workload === null || other.workload === null) return [];
  return [
    {
      phase: 'traffic',
      step: { kind: 'compare-copies', to, other, errors },
      title: `Compare ${to.name} with ${other.name}: the healthier one keeps the traffic`,
    },
  ];
}
