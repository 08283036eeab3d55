import type { ToldService } from '../notification/about-service.ts';
import type { Notification } from '../notification/notification.ts';
import type { Deployment, NewDeployment } from './deployment.ts';
import { incidentOver, type OverRelease } from './incident-over.ts';
import { releaseRecord } from './release-record.ts';
import { releaseName, releaseSubject } from './release-words.ts';

/** A release in whose place another one comes. */
export type ReplacedRelease = OverRelease &
  Pick<Deployment, 'status'> & {
    /** What it took back, where it is a rollback. */
    tookBack: OverRelease | null;
  };

/**
 * What is told as a newer release takes the place of others: nobody has to do anything about those any more, nor about what was taken back of
 * them; and what stands beside those that were not verified yet ends.
 * @param replaced `closed` were watched until now, `passed` only stood
 */
export function toldOfReplaced(
  { closed, passed }: Record<'closed' | 'passed', readonly ReplacedRelease[]>,
  newer: NewDeployment & Pick<Deployment, 'release'>,
  service: ToldService,
): Notification[] {
  const at = newer.startedAt;
  const all = [...closed, ...passed];
  const over = [...all, ...all.flatMap(({ tookBack }) => tookBack ?? [])];
  // The end of a failed rollout was written as it failed; a rollback is no release that anybody registered.
  const pending = closed.filter(({ status, origin }) => status !== 'failed' && origin !== 'rollback');
  return [
    ...pending.map((older) =>
      releaseRecord('deployment_superseded', older, service, {
        at,
        text: `${releaseSubject(older)} is no longer watched: ${releaseName(newer)} replaced it.`,
      }),
    ),
    ...over.map((older) => incidentOver(older, service, { kind: 'superseded', newer }, at)),
  ];
}
