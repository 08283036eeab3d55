import { type Static, Type } from 'typebox';
import type { Deployment } from '../deployment/deployment.ts';
import type { Unregistered } from './seen-change.ts';

/** What was seen to have changed, as a command names it: `migration/orders`, `flag/unleash/default/production/new-cart`. */
const Seen = Type.String({ minLength: 1, maxLength: 1_200 });

export const Including = Type.Array(Seen, {
  maxItems: 50,
  uniqueItems: true,
  description:
    'What goes back as well although it was not registered: of what the plan has seen to have changed, by the names it gives.',
});
export type Including = Static<typeof Including>;

/** The same as a query writes it, where a single one is no list. */
export const IncludingQuery = Type.Union([Including, Seen]);

/** The deployment as if what a command includes had been registered with it. */
export function withIncluded(deployment: Deployment, unregistered: readonly Unregistered[] = []): Deployment {
  const included = unregistered.filter((one) => one.included && one.service === deployment.service);
  if (included.length === 0) return deployment;
  return { ...deployment, changes: [...deployment.changes, ...included.map(asChange)] };
}

function asChange({ kind, target, before, after }: Unregistered) {
  return { kind, target, before, after };
}
