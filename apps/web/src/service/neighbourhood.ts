import type { ServiceSummary } from '@lastgood/api-client';
import { type GraphNode, toNode } from './fold-services.ts';
import { worstFirst } from './matching-services.ts';

/** More neighbours than this are a wall, not a picture. */
const drawn = 30;

type Near = Pick<ServiceSummary, 'key' | 'name' | 'standing' | 'dependencies' | 'current'>;
type Middle = Near & Pick<ServiceSummary, 'dependentCount'>;

/**
 * A service among what it needs and what needs it, only its own lines: what its neighbours need of each other is on the page of
 * all services. Those that stand worst are drawn first; `left` counts the others.
 */
export function neighbourhood(
  middle: Middle,
  near: readonly Near[],
  isWhole: boolean,
): { nodes: GraphNode[]; left: number } {
  const needs = new Set(middle.dependencies);
  const others = near
    .filter(({ key }) => key !== middle.key)
    .toSorted(
      (a, b) =>
        worstFirst(a.standing, b.standing) ||
        Number(needs.has(b.key)) - Number(needs.has(a.key)) ||
        (a.key < b.key ? -1 : 1),
    );
  const shown = others.slice(0, drawn);
  const own = shown.map((one) => ({
    ...toNode(one),
    dependencies: one.dependencies.filter((key) => key === middle.key),
  }));
  // Of what is declared nowhere there is nothing to draw.
  const count = isWhole ? others.length : middle.dependencies.length + middle.dependentCount;
  return { nodes: [toNode(middle), ...own], left: Math.max(0, count - shown.length) };
}
