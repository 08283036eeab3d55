import type { Deployment } from '../../../deployment/deployment.ts';
import { releaseSubject } from '../../../deployment/release-words.ts';
import { isRemovableKind, namedObject, removableKinds } from '../../../workload/cluster-object.ts';
import type { Refusal } from '../../refusal.ts';

/**
 * What a command names to be removed and records alone rule out, whatever stands in the cluster: it is refused at once, so that
 * nobody believes it will go. What only the cluster can tell is a warning of the plan: no rollback fails for it.
 */
export function refusedRemovals(
  deployment: Pick<Deployment, 'objectsBefore' | 'release' | 'version' | 'origin'>,
  removing: readonly string[] = [],
): Refusal[] {
  return removing.flatMap((name): Refusal[] => {
    const reason = whyRefused(deployment, name);
    return reason === null ? [] : [{ code: 'removal-not-offered', reason, advice: leaveOut(name) }];
  });
}

const leaveOut = (name: string) =>
  `Leave ${name} out: the rollback needs no removal. What can be removed is listed in the plan.`;

function whyRefused(
  { objectsBefore, ...release }: Parameters<typeof refusedRemovals>[0],
  name: string,
): string | null {
  const [kind = '', object, more] = name.split('/');
  if (object === undefined || object === '' || more !== undefined)
    return `${name} names no object: write KIND/NAME, as in CronJob/checkout-backfill.`;
  if (!isRemovableKind(kind)) return `A rollback removes no ${kind}: only ${removableKinds.join(', ')}.`;
  const named = releaseSubject(release);
  if (objectsBefore === null || objectsBefore === undefined)
    return `What was there before ${named} was not recorded, so nobody can tell whether it created ${name}.`;
  if (objectsBefore.kind === 'unknown')
    return `What was there before ${named} could not be read (${objectsBefore.reason}), so nobody can tell whether it created ${name}.`;
  if (objectsBefore.unread.includes(kind))
    return `Which ${kind}s were there before ${named} could not be read, so nobody can tell whether it created ${name}.`;
  return null;
}

/** What is named and not among what can be removed, as the cluster stands. */
export function notOffered(
  removing: readonly string[],
  offered: readonly Parameters<typeof namedObject>[0][],
) {
  return removing.filter((name) => !offered.some((one) => namedObject(one) === name));
}
