import type { ToldService } from '../notification/about-service.ts';
import type { Notification, RecordKind } from '../notification/notification.ts';
import { incidentOver } from './incident-over.ts';
import { releaseRecord } from './release-record.ts';
import { releaseSubject } from './release-words.ts';
import type { ReplacedRelease } from './told-of-replaced.ts';

/** A release of a service that is deleted. */
export type LeftRelease = ReplacedRelease & {
  /** It was watched until now. */
  isOpen: boolean;
};

/**
 * What is told as a service is deleted: nobody follows its releases any more, so no page of one is ever closed later, and what stands beside
 * one that was still watched ends.
 * @param left what was watched, what stood, and what a person was asked for
 */
export function toldOfDeleted(
  left: readonly LeftRelease[],
  service: ToldService,
  { by, at }: { by: string; at: number },
): Notification[] {
  const pending = left.filter(
    ({ isOpen, status, origin }) => isOpen && status !== 'failed' && origin !== 'rollback',
  );
  return [
    ...pending.map((release) =>
      releaseRecord(endOf(release), release, service, {
        at,
        text: `${releaseSubject(release)} is no longer watched: ${by} deleted its service.`,
        next: 'Nothing of it is followed any more.',
      }),
    ),
    ...left.map((release) => incidentOver(release, service, { kind: 'deleted', by }, at)),
  ];
}

/** A rollout that nobody sees the end of is kept as failed. */
function endOf({ status }: LeftRelease): RecordKind {
  return status === 'in_progress' ? 'deployment_failed' : 'deployment_unproven';
}
