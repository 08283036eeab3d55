import { inOrder, type Notice, type NoticeCode } from '../../deployment/notice.ts';
import { allWays } from '../ways/index.ts';
import type { Way } from '../ways/way.ts';
import { changeNotices } from './change-notices.ts';
import { ownershipNotices } from './ownership-notices.ts';
import type { RegisteredRelease, RegistrationJudge } from './registered-release.ts';
import { scalerNotices } from './scaler-notices.ts';
import { stagesNotices } from './stages-notices.ts';

const judges: readonly RegistrationJudge[] = [ownershipNotices, changeNotices, scalerNotices, stagesNotices];

/** Told by the capture of a registration, which is over; everything else can be judged again. */
const captured: readonly NoticeCode[] = [
  'registered-late',
  'workload-unread',
  'change-uncaptured',
  'images-unnamed',
];

/**
 * What can be said of its way back before it is needed. `known` is what was noticed while its changes were captured, or what is kept
 * of a release that is judged again.
 */
export function registrationNotices(
  release: RegisteredRelease,
  known: readonly Notice[] = [],
  ways: readonly Way[] = allWays,
): Notice[] {
  const kept = known.filter(({ code }) => captured.includes(code));
  return inOrder([...kept, ...judges.flatMap((judge) => judge(release, ways))]);
}
