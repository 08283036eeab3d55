import type { ToldService } from '../notification/about-service.ts';
import type { Notification } from '../notification/notification.ts';
import type { Deployment, NewDeployment } from './deployment.ts';
import { incidentOver, type OverRelease } from './incident-over.ts';
import { releaseRecord } from './release-record.ts';
import { releaseName, releaseSubject } from './release-words.ts';

/** A release that is watched no more, because a newer one is known. */
export type ReplacedRelease = OverRelease & Pick<Deployment, 'status'>;

/**
 * What is written beside releases whose watch a newer one ends before they were verified. No person is told: a newer one that is registered
 * only may never come, and what they were called for serves on.
 */
export function toldOfReplaced(
  closed: readonly ReplacedRelease[],
  newer: NewDeployment & Pick<Deployment, 'release'>,
  service: ToldService,
): Notification[] {
  const at = newer.startedAt;
  // The end of a failed rollout was written as it failed; a rollback is no release that anybody registered.
  const pending = closed.filter(({ status, origin }) => status !== 'failed' && origin !== 'rollback');
  return pending.map((older) =>
    releaseRecord('deployment_superseded', older, service, {
      at,
      text: `${releaseSubject(older)} is no longer watched: ${releaseName(newer)} came after it.`,
    }),
  );
}

/** A release that was seen to serve: what was told of those before it is over. */
export interface ServedRelease {
  release: OverRelease;
  service: ToldService;
  at: number;
  /** Of which releases that is not said: the one that it brought back, and the one that it took back, which is told so by itself. */
  butFor: readonly string[];
}

/** What whoever was called for one of the releases before it is told then, once. */
export function toldOfServed(
  older: readonly OverRelease[],
  { release, service, at }: ServedRelease,
): Notification[] {
  return older.map((one) => incidentOver(one, service, { kind: 'superseded', newer: release }, at));
}
