import type { Rollout, RolloutProgress, Step, StepOutcome } from '@lastgood/domain';
import type { Clock } from '../clock.ts';

type WaitStep = Extract<Step, { kind: 'wait-until-stable' }>;

/** How often a rollout is looked at. */
const lookEveryMs = 1_000;

/** One look at a rollout: complete on the right template and digests, or waiting with words, or taken over by somebody else. */
export async function waitUntilStable(
  { rollout, clock }: { rollout: Rollout; clock: Clock },
  step: WaitStep,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const read = await rollout.read(step.workload, signal);
  const again = (note: string): StepOutcome => ({ kind: 'waiting', until: clock.now() + lookEveryMs, note });
  if (read.kind === 'unreachable') return again(`the cluster does not answer: ${read.reason}`);
  if (read.kind === 'not-found') return failed(`${step.workload.name} is gone: ${read.reason}`);
  const { snapshot, progress } = read.observation;
  if (snapshot.uid !== step.uid) return failed(`${step.workload.name} was deleted and created again`);
  if (snapshot.templateDigest !== step.templateDigest)
    return failed(`somebody has put another version in place of the target`);
  if (progress.complete)
    return judgeDigests(progress, step) ?? again('pods are ready, their image digests are not known yet');
  const { stuckPods } = progress;
  if (stuckPods.length > 0 && step.releaseStuckPods) {
    const released = await rollout.releaseStuckPods(step.workload, stuckPods, signal);
    const names = stuckPods.map((pod) => pod.name).join(', ');
    return again(
      released.kind === 'applied' || released.kind === 'already'
        ? `${progress.sentence}; released ${names}`
        : `${progress.sentence}; ${released.reason}`,
    );
  }
  return again(progress.warning ? `${progress.sentence} (${progress.warning})` : progress.sentence);
}

/** Null while a container's digest is not known yet. */
function judgeDigests(progress: RolloutProgress, step: WaitStep): StepOutcome | null {
  if (progress.desired === 0)
    return { kind: 'applied', note: 'complete, scaled to zero replicas: nothing serves' };
  for (const [container, wanted] of Object.entries(step.imageDigests)) {
    const running = progress.readyDigests[container] ?? [];
    if (running.length === 0) return null;
    const other = running.find((digest) => digest !== wanted);
    if (other)
      return failed(`${container} runs ${other} instead of the recorded ${wanted}: its tag has moved`);
  }
  return { kind: 'applied', note: progress.sentence };
}

function failed(reason: string): StepOutcome {
  return {
    kind: 'failed',
    reason,
    advice: 'Look at the newest deployment of this service before anything else.',
  };
}
