import { releaseName } from '@lastgood/domain';
import type { Run } from '../endpoints/runs/run-schema.ts';

type Told = Pick<Run, 'serviceName' | 'from' | 'target' | 'status' | 'requester' | 'startedAt' | 'startsAt'>;

/** What came of a press of *Roll back*. `isOwn`: the press made the run; else it joined one. @param now epoch milliseconds */
export function rollbackWords(run: Told, { isOwn, now }: { isOwn: boolean; now: number }): string {
  const { serviceName, status, requester } = run;
  const what = `${serviceName} from ${releaseName(run.from)} to ${releaseName(run.target)}`;
  if (status === 'cancelled') return `The rollback of ${what} was undone.`;
  if (status === 'done' || status === 'stopped')
    return `This press has been carried out already: the rollback of ${what} ${status === 'done' ? 'is done' : 'stopped'}.`;
  const starts = startOf(run, now);
  if (isOwn) return `Rolling back ${what}.${starts === null ? '' : ` ${starts}`}`;
  const asked = `${requester.name} asked for it.`;
  return starts === null
    ? `A rollback of ${what} is under way already: ${asked}`
    : `A rollback of ${what} waits for its start already: ${asked} ${starts}`;
}

/** When one that has not begun does; null of one that has. A press that is sent again comes later than the first. */
function startOf({ status, startedAt, startsAt }: Told, now: number): string | null {
  if (status !== 'queued' || startedAt !== null) return null;
  const seconds = Math.ceil((Date.parse(startsAt) - now) / 1_000);
  return seconds > 0
    ? `It starts in ${seconds} s; until then it can be undone.`
    : 'It starts as soon as its turn comes; until then it can be undone.';
}

/** What came of a press of *Undo*. */
export function undoWords({ serviceName }: Told): string {
  return `Undone: ${serviceName} is not rolled back, and nothing was changed.`;
}
