import {
  cameSince,
  concludeDone,
  concludeFailed,
  isProof,
  overtakenProof,
  type RunContext,
  type StepOutcome,
} from '@lastgood/domain';
import { servesStill } from '../verify/verify.ts';
import { concludeHeldRun } from './conclude-held-run.ts';
import type { HeldRun } from './held-run.ts';
import { laneContext } from './lane-context.ts';
import { readAtStop } from './read-at-stop.ts';
import type { WorkContext } from './work-context.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** Beyond any release's number. */
const noRelease = 2 ** 31 - 1;

/** What was seen as recently as this is what serves now. Longer ago it is where a worker ended in between. */
const freshMs = 30_000;

/** Every step of a lane is applied: it is verified where what it went back to serves at this moment, and nothing newer is known. */
export async function finishLane(deps: WorkerDependencies, held: HeldRun, place: number): Promise<boolean> {
  const lane = laneContext(held.context, place);
  const proof = lane.steps.findLast((step) => step.status === 'applied' && isProof(step));
  const against = proof ? await againstIt(deps, lane, proof.finishedAt, held.signal) : null;
  if (!proof || against?.kind !== 'failed') return concludeHeldRun(deps, held, place, concludeDone);
  const { found, newest } = await readAtStop<RunContext>(deps, lane, held.signal);
  return concludeHeldRun(deps, held, place, (own, now) =>
    concludeFailed({ ...own, newest, ...(found && { found }) }, proof, { ...against, sent: false }, now),
  );
}

async function againstIt(
  deps: WorkerDependencies,
  lane: WorkContext,
  provenAt: number | null,
  signal: AbortSignal,
): Promise<StepOutcome | null> {
  const overtaken = await overtakenNow(deps, lane);
  if (overtaken) return overtaken;
  if (provenAt !== null && deps.clock.now() - provenAt <= freshMs) return null;
  return servesStill({ ...deps, rollout: deps.ports.rollout }, lane, signal);
}

/** Whether the records of its service know of something newer than what the lane takes back. */
export async function overtakenNow(
  { deployments }: Pick<WorkerDependencies, 'deployments'>,
  lane: WorkContext,
): Promise<StepOutcome | null> {
  const later = await deployments.between(lane.service.key, lane.deployment.release, noRelease);
  const newer = later.filter(({ origin }) => origin !== 'rollback').toSorted((a, b) => b.release - a.release);
  if (newer.length === 0) return null;
  const standing = (await deployments.followed([lane.service.key]))[0]?.latest?.id ?? null;
  const read = await Promise.all(newer.map(({ id }) => deployments.deployment(id)));
  const known = read.filter((one) => one !== null);
  return overtakenProof({ ...lane, newest: cameSince(known, standing) });
}
