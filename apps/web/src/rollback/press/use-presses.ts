import { given, listRuns, rollbackDeployment, undoRun } from '@lastgood/api-client';
import { useSyncExternalStore } from 'react';
import { serverClock } from '../../time/server-clock.ts';
import type { Press } from './press.ts';
import { createPresses } from './presses.ts';

/** Seconds between the arrival at the server and the start, in which it can be undone. */
const undoSeconds = 3;

export const presses = createPresses({
  send: (asked, key, signal) =>
    rollbackDeployment(
      asked.deploymentId,
      {
        ...{ startsInSeconds: undoSeconds, target: asked.target.deploymentId },
        ...given({ group: asked.group, accepting: asked.accepting }),
        ...given({ including: asked.including, removing: asked.removing }),
      },
      { 'idempotency-key': key },
      { signal },
    ),
  undo: ({ id }) => undoRun(id),
  newestRun: async (deployment, signal) =>
    (await listRuns({ deployment, limit: 1 }, { signal })).items[0] ?? null,
  serverNow: () => Date.now() + serverClock.offsetMs(),
});

export function usePresses(): readonly Press[] {
  return useSyncExternalStore(presses.subscribe, presses.list);
}

/** The press of this tab on this deployment, while it is of interest. */
export function usePressOf(deploymentId: string): Press | undefined {
  return usePresses().find(({ asked }) => asked.deploymentId === deploymentId);
}
