import type { Change } from '../../deployment/deployment.ts';
import { declaredFor, type RollbackContext, type Way, type WayContext } from './way.ts';

/** A way that has a part in a rollback, with what is its own. */
export interface Part {
  way: Way;
  context: WayContext<unknown, Change>;
}

/** Who takes what back, and what nobody does. */
export function partsOf(
  rollback: RollbackContext,
  ways: readonly Way[],
): { parts: Part[]; unclaimed: Change[] } {
  let unclaimed = rollback.deployment.changes;
  const parts = ways.flatMap((way): Part[] => {
    const context = { ...rollback, declared: declaredFor(way, rollback.service) };
    const claimed = way.takesBack(context);
    if (claimed === null) return [];
    const changes = unclaimed.filter((change) => claimed.includes(change));
    unclaimed = unclaimed.filter((change) => !claimed.includes(change));
    const isTakenByOthers = claimed.length > 0 && changes.length === 0;
    return isTakenByOthers ? [] : [{ way, context: { ...context, changes, handedOver: [] } }];
  });
  return { parts, unclaimed };
}
