import type { OtherChange } from '../../deployment/deployment.ts';
import type { Notice } from '../../deployment/notice.ts';
import { isAnswered, type Need } from '../need.ts';
import { wayOfChange } from '../ways/record-changes.ts';
import { declaredFor, type Way } from '../ways/way.ts';
import type { ReadChange, RegisteredRelease } from './registered-release.ts';

/** Ask: what is to be read of a change's way back; null where nothing is. */
export function neededForWayBack(change: OtherChange, ways: readonly Way[]): Need | null {
  return wayOfChange(change, ways)?.wayBack?.need(change) ?? null;
}

/** Of what else than workloads a release changes: that it could not be taken back as things are, and what to do. */
export function changeNotices(
  release: Pick<RegisteredRelease, 'service' | 'read' | 'available'>,
  ways: readonly Way[],
): Notice[] {
  return (release.read ?? []).flatMap((one) => noticesOf(one, release, ways));
}

function noticesOf(
  { change, fact }: ReadChange,
  { service, available }: Pick<RegisteredRelease, 'service' | 'available'>,
  ways: readonly Way[],
): Notice[] {
  const way = wayOfChange(change, ways);
  const wayBack = way?.wayBack;
  if (!wayBack) return [];
  const name = wayBack.name(change);
  const none = (reason: string, advice: string): Notice[] => [
    { code: 'change-without-way', words: `${name} has no way back: ${reason} ${advice}` },
  ];
  if (available && !available.has(wayBack.step.kind))
    return none('nothing that takes it back is configured here.', wayBack.configure);
  const recorded = wayBack.recorded(change, { service, declared: declaredFor(way, service) });
  if (recorded) return none(recorded.reason, recorded.advice);
  if (fact === null || fact.answer.kind === 'not-configured') return [];
  if (!isAnswered(fact)) {
    const why = fact.answer.kind === 'unreachable' ? fact.answer.reason : 'nobody answered';
    return [{ code: 'way-back-unread', words: `Whether ${name} could be taken back is not known: ${why}.` }];
  }
  if (fact.answer.kind === 'not-found') return none(`${fact.answer.reason}.`, wayBack.configure);
  const read = wayBack.read(fact, change);
  return read ? none(read.reason, read.advice) : [];
}
