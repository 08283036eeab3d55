import {
  type Deployment,
  type FollowedService,
  inOrder,
  matchesRegistration,
  type Notice,
  sameTemplate,
  warnedEvents,
  workloadChanges,
} from '@lastgood/domain';
import { type Registration, registeredEvent, registeredLate, registeredRecord } from './registration.ts';
import { judgeAnew, type RenewDependencies } from './renew-notices.ts';

/** How long a detected deployment may wait for its pipeline to claim it. */
const lateRegistrationMs = 10 * 60_000;

/**
 * Detected a moment ago, claimed by nobody, and known to be what is being registered. Without evidence it is somebody else's
 * release, and the registered one waits for its own change.
 */
export function isUnclaimed(latest: Deployment, registration: Registration, now: number): boolean {
  const { images, commit } = registration;
  const shown = workloadChanges(latest).flatMap(({ target, before, after }) =>
    after && !(before && sameTemplate(before, after)) ? [{ target, after }] : [],
  );
  const said = { registeredImages: images, commit, changes: latest.changes };
  const matches = shown.map(({ target, after }) => matchesRegistration(said, target, after));
  return (
    matches.includes('yes') &&
    !matches.includes('no') &&
    latest.origin === 'detected' &&
    latest.idempotencyKey === null &&
    latest.proof === 'pending' &&
    latest.commit === null &&
    now - latest.startedAt < lateRegistrationMs
  );
}

/**
 * All of it in one commit: whoever repeats the registration finds it claimed, with all that there is to tell. Null where somebody else
 * has claimed it meanwhile.
 */
export async function claim(
  deps: RenewDependencies,
  { service, latest: found }: FollowedService & { latest: Deployment },
  registration: Registration,
  captured: readonly Notice[],
  signal: AbortSignal,
): Promise<Deployment | null> {
  const { deployments, clock } = deps;
  const { version, commit, author, pipelineUrl, idempotencyKey, contracts } = registration;
  const claimed = (row: Deployment) => ({
    ...{ origin: 'pipeline' as const, version: version ?? row.version, commit, author, pipelineUrl },
    ...{ idempotencyKey, registeredImages: registration.images, contracts },
    changes: [...row.changes, ...registration.changes],
    notices: inOrder([registeredLate, ...captured, ...row.notices]),
  });
  const notices = await judgeAnew(deps, service, { ...found, ...claimed(found) }, signal);
  // Looking took its time: the follower may have seen more of it meanwhile, or a twin of this registration have come.
  const latest = await deployments.deployment(found.id);
  if (latest?.origin !== 'detected') return null;
  const isNew = ({ words }: Notice) => !latest.notices.some((told) => told.words === words);
  const now = clock.now();
  await deployments.commit({
    deployments: [{ id: latest.id, ...claimed(latest), notices }],
    events: [
      registeredEvent(latest, registration, now),
      ...warnedEvents({ ...latest, notices: notices.filter(isNew) }, now),
    ],
    notifications: [registeredRecord({ ...latest, ...claimed(latest) }, registration, { service, now })],
  });
  return latest;
}
