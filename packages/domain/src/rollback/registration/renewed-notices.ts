import { inOrder, type Notice, type NoticeCode } from '../../deployment/notice.ts';
import type { RegisteredRelease } from './registered-release.ts';
import { registrationNotices } from './registration-notices.ts';

/** Told by what was seen of the workloads in the cluster. */
const seenOnly: ReadonlySet<NoticeCode> = new Set(['owner-without-way', 'owned', 'scaled']);

/**
 * What is said of a release that is judged again. What else it changes is asked apart from its workloads: where those cannot all be
 * seen, what was told of them stands, and the rest is judged anew.
 *
 * @param isSeen whether all of its workloads could be seen
 */
export function renewedNotices(
  release: RegisteredRelease,
  known: readonly Notice[],
  isSeen: boolean,
): Notice[] {
  const anew = registrationNotices(release, known);
  if (isSeen) return anew;
  const isOfSeen = ({ code }: Notice) => seenOnly.has(code);
  return inOrder([...known.filter(isOfSeen), ...anew.filter((notice) => !isOfSeen(notice))]);
}
