import { releaseSubject } from '../../../deployment/release-words.ts';
import { workloadsOf } from '../../../service/service.ts';
import { formatClock } from '../../../trigger/format.ts';
import {
  namedObject,
  objectInWords,
  ownerLabelsOf,
  removableKinds,
  type UnreadKind,
} from '../../../workload/cluster-object.ts';
import type { CreatedObject } from '../../created-object.ts';
import { listedInWords } from '../../listed-in-words.ts';
import type { Stays } from '../../stays.ts';
import type { Step } from '../../step.ts';
import type { RollbackContext, Way, WayStep } from '../way.ts';
import { createdObject, isCreated, templatesOf } from './judge-object.ts';
import { notOffered, refusedRemovals } from './named-removals.ts';

const mostListed = 50;

/**
 * Objects that only the bad release created: listed, and removed where a command names them. It has no change of its own to take
 * back, and a rollback never waits or fails for it.
 */
export const created: Way<'objects'> = {
  name: 'created',
  takesBack: ({ deployment, removing = [] }) =>
    deployment.objectsBefore?.kind === 'known' || removing.length > 0 || untold(deployment) !== null
      ? []
      : null,
  needs({ service, deployment, target }) {
    const before = deployment.objectsBefore;
    const labels = ownerLabelsOf(templatesOf([deployment, target]));
    if (before?.kind !== 'known' || labels.length === 0) return [];
    // Nothing could be listed then: whatever is there now, nobody could tell it from what was.
    if (before.unread.length === removableKinds.length) return [];
    const { cluster, namespace } = service;
    const known = before.objects.map(({ uid }) => uid);
    return [{ kind: 'objects', ask: { cluster, namespace, labels, known, workloads: workloadsOf(service) } }];
  },
  plan(context, [fact]) {
    const { deployment, removing = [] } = context;
    const refusals = refusedRemovals(deployment, removing);
    if (refusals.length > 0) return { kind: 'refused', refusals };
    const { objects, unread, declared } =
      fact?.answer.kind === 'seen' ? fact.answer.seen : { objects: [], unread: [], declared: [] };
    const all = objects.filter((one) => isCreated(one, context, declared));
    const listedBy = (steps: readonly Step[]) =>
      all.slice(0, mostListed).map((one) => createdObject(one, context, steps));
    const isChosen = ({ refusal, ...one }: CreatedObject) =>
      refusal === null && removing.includes(namedObject(one));
    const chosen = listedBy([]).filter(isChosen);
    return {
      kind: 'steps',
      steps: chosen.map((one) => removal(one, context)),
      warnings: [
        ...(all.length > mostListed
          ? [`${all.length - mostListed} more objects it created are not listed.`]
          : []),
        ...unreadWarning(unread, context),
        ...[untold(deployment), toldLate(deployment)].filter((words) => words !== null),
      ],
      warningsOfPlan: (steps) =>
        notOffered(removing, chosen).map((name) => stillNamed(name, listedBy(steps))),
      createdOfPlan(steps) {
        const listed = listedBy(steps);
        return { createdObjects: listed, stays: listed.filter((one) => !isChosen(one)).map(staying) };
      },
    };
  },
};

function staying({ refusal, ...object }: CreatedObject): Stays {
  const but = refusal === null ? '' : `; ${refusal.replace(/\.$/, '')}`;
  return { what: objectInWords(object), why: `the release created it${but}` };
}

function removal({ kind, name, uid }: CreatedObject, { service, deployment }: RollbackContext): WayStep {
  const { cluster, namespace } = service;
  return {
    phase: 'removal',
    step: { kind: 'remove-object', object: { cluster, namespace, kind, name }, uid },
    title: `Remove ${objectInWords({ kind, name })}, which ${deployment.version ?? `release ${deployment.release}`} created`,
  };
}

function stillNamed(name: string, listed: readonly CreatedObject[]): string {
  const found = listed.find((one) => namedObject(one) === name);
  const why = found?.refusal ?? 'it is not there, or the release did not create it.';
  return `${name} is not removed: ${why}`;
}

/** A right that is not there is no news at each rollback: only what could be listed at the registration is missed. */
function unreadWarning(unread: readonly UnreadKind[], { deployment }: RollbackContext): string[] {
  const before = deployment.objectsBefore;
  const missed = unread.filter(({ kind }) => before?.kind === 'known' && !before.unread.includes(kind));
  if (missed.length === 0) return [];
  const kinds = listedInWords(missed.map(({ kind }) => `${kind}s`));
  return [`Whether the release created ${kinds} that stay is not known: ${missed[0]?.reason}.`];
}

/** Nobody registered it, and an empty list would say that it created nothing. */
function untold(deployment: RollbackContext['deployment']): string | null {
  const { objectsBefore: before, origin } = deployment;
  if (origin !== 'detected' || before?.kind === 'known') return null;
  const why = before?.reason ?? 'it was not registered, and nobody looked at what was there before it';
  return `What ${releaseSubject(deployment)} created beside its workloads is not known, and stays: ${why}.`;
}

/** It was there before anybody looked: what it had created earlier cannot be told from what was there. */
function toldLate(deployment: RollbackContext['deployment']): string | null {
  const { objectsBefore: before } = deployment;
  if (before?.kind !== 'known' || before.since === undefined) return null;
  return `${releaseSubject(deployment)} was detected and not registered before it came: what it created before ${formatClock(before.since)} is not told from what was there, and stays.`;
}
