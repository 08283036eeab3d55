import type { GitController } from '../../../gitops/argo-cd.ts';
import type { SandboxClock } from '../../../kubernetes/index.ts';

const everyMs = 2_000;

/** Has a controller look again and again, one look after the other. */
export function keepReconciling(
  controller: GitController,
  clock: SandboxClock,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let isOver = false;
  let look: Promise<void> = Promise.resolve();
  let cancel = clock.schedule(everyMs, next);

  function next(): void {
    look = controller
      .reconcile()
      .catch((error: unknown) => {
        if (!isOver) onError(error);
      })
      .then(() => {
        if (!isOver) cancel = clock.schedule(everyMs, next);
      });
  }

  return {
    async stop() {
      isOver = true;
      cancel();
      await look;
    },
  };
}
