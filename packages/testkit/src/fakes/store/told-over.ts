import { callingKinds, isSamePlace } from '@lastgood/domain';
import type { OutboxRow, StoreWorld } from './world.ts';

/** See `Watched.toldOverAt`. */
export function toldOverAtOf({ outbox }: StoreWorld, deploymentId: string): number | null {
  const told = outbox.filter(({ incident }) => incident === `deployment/${deploymentId}`);
  const times = told
    .filter((row) => row.status !== 'failed' && endsCall(row))
    .filter((over) => {
      const called = told.findLastIndex((row) => isSamePlace(row, over) && isCall(row));
      return called >= 0 && called < told.indexOf(over);
    })
    .map(({ createdAt }) => createdAt);
  return times.length === 0 ? null : Math.max(...times);
}

function isCall({ notification: { kind } }: OutboxRow): boolean {
  return (callingKinds as readonly string[]).includes(kind);
}

/** That all is over is told to nobody of whom a call stands; of what is over in part it says of what. */
function endsCall({ notification: { kind, ends } }: OutboxRow): boolean {
  return kind === 'incident_over' || (kind === 'partly_over' && (ends ?? []).includes('rollback_suggested'));
}
