import type { AppliedFields } from '../../../workload/workload.ts';
import type { ReadyWorkload } from './ready-workload.ts';
import { storedTemplate } from './stored-template.ts';

type Ready = Pick<ReadyWorkload, 'workload' | 'observation' | 'to' | 'rehearsal'>;

/** Who applies the workload server-side now and did so at the target, with what it owned then; none where nothing is sent. */
export function ownersToReturn(ready: Ready): AppliedFields[] {
  const { observation, to } = ready;
  if (observation.snapshot.templateDigest === storedTemplate(ready, to).templateDigest) return [];
  return (to.applied?.managers ?? []).filter(({ manager }) => appliersOf(ready).includes(manager));
}

/** What the next apply of whoever applies the workload comes to. */
export function ownershipWarnings(name: string, ready: Ready): string[] {
  const { observation, to } = ready;
  const returned = ownersToReturn(ready).map(({ manager }) => manager);
  const others = appliersOf(ready).filter((manager) => !returned.includes(manager));
  const isApplied = typeof observation.snapshot.applied?.lastApplied === 'string';
  return [
    ...returned.map(
      (manager) =>
        `${name} is applied server-side by ${manager}: what it owned is given back to it, so that its next apply goes in as written, the bad manifest's, too.`,
    ),
    ...others.map(
      (manager) =>
        `${name} is applied server-side by ${manager}, and what it owned at the target is not recorded: its next apply conflicts with Lastgood until it is forced once.`,
    ),
    ...(isApplied && typeof to.applied?.lastApplied !== 'string'
      ? [
          `What a client-side apply wrote down beside ${name} at the target is not recorded: its next apply may leave behind what only the target had.`,
        ]
      : []),
  ];
}

function appliersOf({ observation }: Ready): string[] {
  return (observation.snapshot.applied?.managers ?? []).map(({ manager }) => manager);
}
