import { releaseName } from '@lastgood/domain';
import type { Run } from '../endpoints/runs/run-schema.ts';

type Told = Pick<Run, 'serviceName' | 'from' | 'target' | 'status' | 'requester'>;

/** What came of a press of *Roll back*. `isOwn`: the press made the run; else it joined one. */
export function rollbackWords(run: Told, { isOwn, seconds }: { isOwn: boolean; seconds: number }): string {
  const { serviceName, status, requester } = run;
  const what = `${serviceName} from ${releaseName(run.from)} to ${releaseName(run.target)}`;
  if (status === 'cancelled') return `The rollback of ${what} was undone.`;
  if (status === 'done' || status === 'stopped')
    return `This press has been carried out already: the rollback of ${what} ${status === 'done' ? 'is done' : 'stopped'}.`;
  if (!isOwn) return `A rollback of ${what} is under way already: ${requester.name} asked for it.`;
  return status === 'queued'
    ? `Rolling back ${what}. It starts in ${seconds} s; until then it can be undone.`
    : `Rolling back ${what}.`;
}

/** What came of a press of *Undo*. */
export function undoWords({ serviceName }: Told): string {
  return `Undone: ${serviceName} is not rolled back, and nothing was changed.`;
}
