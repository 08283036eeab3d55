import {
  completedChanges,
  type Fact,
  isAnswered,
  type Notice,
  nameOfNeed,
  type OtherChange,
  type Service,
  type UnfitChange,
  type Way,
  wayOfChange,
} from '@lastgood/domain';
import type { EffectPorts } from '../rollback/apply-step.ts';
import { fetchOne } from '../rollback/gather-facts.ts';

export type CapturedChanges =
  | { kind: 'captured'; changes: OtherChange[]; notices: Notice[] }
  | { kind: 'unfit'; unfit: UnfitChange };

/**
 * What a pipeline registers beside workloads, with what the service declares filled in and, where the pipeline does not say
 * it, with what stands in place of it now, where that is plainly not the change itself. What cannot be told delays nobody: it stays
 * unknown, with a warning.
 */
export async function captureChanges(
  ports: EffectPorts,
  service: Service,
  given: readonly OtherChange[],
  signal: AbortSignal,
  ways: readonly Way[],
): Promise<CapturedChanges> {
  const completed = completedChanges(given, service, ways);
  if (completed.kind === 'unfit') return completed;
  const captured = await Promise.all(
    completed.changes.map((change) => captureOne(ports, change, signal, ways)),
  );
  return {
    kind: 'captured',
    changes: captured.map(({ change }) => change),
    notices: captured.flatMap(({ warning }) =>
      warning ? [{ code: 'change-uncaptured', words: warning }] : [],
    ),
  };
}

interface Captured {
  change: OtherChange;
  warning?: string;
}

async function captureOne(
  ports: EffectPorts,
  change: OtherChange,
  signal: AbortSignal,
  ways: readonly Way[],
): Promise<Captured> {
  const reading = wayOfChange(change, ways)?.registers?.reading;
  if (!reading || change.before !== null) return { change };
  const need = reading.need(change);
  const fact = await fetchOne(ports, need, signal);
  const name = nameOfNeed(need);
  if (!isAnswered(fact)) return { change, warning: `${name}: ${unread(fact)} ${withoutBefore}` };
  const read = reading.before(fact);
  if (read === null) return { change, warning: `${name}: how it stands could not be told. ${withoutBefore}` };
  // Unsaid, it may be the very change that stands there: the bad value would be recorded as the one to return to.
  if (change.after === null) return { change, warning: `${name} ${afterUnsaid} ${withoutBefore}` };
  if (!reading.isInPlace(read, change.after)) return { change: { ...change, before: read } };
  return {
    change,
    warning: `${name} has been changed already, so what it was before is not known. Register before changing it. ${withoutBefore}`,
  };
}

const afterUnsaid =
  'was registered without what it is changed to (`after`), so whether it has been changed already cannot be told. Register it with `after`.';
const withoutBefore = 'A rollback can take it back only if the registration says what it was before.';

function unread({ answer }: Fact): string {
  return answer.kind === 'unreachable'
    ? `could not be read before it is changed (${answer.reason}).`
    : 'nothing that could be asked is configured here.';
}
