import { judgeCommand, type Run } from '@lastgood/domain';
import { aRun } from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';

type TestEngineOptions = Parameters<typeof createTestEngine>[0];
type Begun = Parameters<ReturnType<typeof createTestEngine>['begin']>[0];

/** A test engine with the run `r1` queued, which takes the deployment `d2` back to `d1`. */
export async function openRun({
  begun,
  run,
  ...options
}: { begun?: Begun; run?: Partial<Run> } & TestEngineOptions = {}) {
  const engine = createTestEngine(options);
  await engine.begin(begun);
  await engine.commit({ newRuns: [aRun(run)] });
  return {
    ...engine,
    cluster: engine.rollout.cluster,
    statuses: () => engine.run('r1').steps.map((step) => step.status),
    /** Types of the events of the run, in their order. */
    said: () =>
      engine
        .events()
        .filter((event) => event.runId === 'r1')
        .map((event) => event.type),
    resume: () =>
      engine.store.commands.command(
        'r1',
        judgeCommand({ command: 'resume' }, { by: 'ada', at: engine.time.now() }),
      ),
  };
}

export type QueuedRun = Awaited<ReturnType<typeof openRun>>;
