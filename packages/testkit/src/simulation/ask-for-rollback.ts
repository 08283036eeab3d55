import { newRun, type RunMember, serviceKey } from '@lastgood/domain';
import { requestRollback } from '@lastgood/engine';
import type { Fleet } from './fleet.ts';
import { actOn } from './operator-actions.ts';
import type { Simulation } from './simulation.ts';

/** Somebody wants a service back, asks once or twice, and sometimes thinks again at once. */
export async function askForRollback(sim: Simulation, fleet: Fleet, name: string): Promise<void> {
  const { time, random, store } = sim;
  const startsInMs = random.pick([0, 0, 3_000]);
  const ask = () =>
    fleet.group.includes(name) && random.chance(0.5)
      ? askForGroup(sim, fleet, startsInMs)
      : askForOne(sim, name, startsInMs);
  const asked = await Promise.all(random.chance(0.3) ? [ask(), ask()] : [ask()]);
  sim.say(`click on ${name}: ${asked.map((one) => one.kind).join()}`);
  const runId = asked[0]?.runId;
  if (runId === undefined || !random.chance(0.3)) return;
  const thought = random.pick(['stop', 'undo'] as const);
  time.after(random.between(50, 4_000), () => {
    const row = store.world.runs.get(runId);
    if (row) void actOn(sim, thought, row);
  });
}

interface Asked {
  kind: string;
  runId?: string | undefined;
}

async function askForOne(
  { store, time, newId }: Simulation,
  name: string,
  startsInMs: number,
): Promise<Asked> {
  const result = await requestRollback(
    { deployments: store.deployments, clock: time.clock, newId, queueRun: store.commands.queueRun },
    {
      deploymentId: `${name}-2`,
      targetId: `${name}-1`,
      requester: { kind: 'person', name: 'ada' },
      reason: null,
      startsInMs,
      evidence: null,
    },
  );
  return { kind: result.kind, runId: 'run' in result ? result.run.id : undefined };
}

/** No strategy makes groups yet: the run says its members and what a stop of one means for the rest. */
async function askForGroup(sim: Simulation, { group }: Fleet, startsInMs: number): Promise<Asked> {
  const { store, time, random, newId } = sim;
  const now = time.now();
  const none = { startedAt: null, finishedAt: null, verdict: null, stop: null };
  const members = group.map((name, lane): RunMember => {
    const service = serviceKey('main', 'shop', name);
    return {
      ...{ lane, service, deploymentId: `${name}-2`, targetDeploymentId: `${name}-1` },
      ...{ status: 'queued', ...none },
    };
  });
  const [first] = members;
  if (!first) throw new Error('the group has no member');
  const { service, deploymentId, targetDeploymentId } = first;
  const run = newRun({
    ...{ id: newId(), service, deploymentId, targetDeploymentId, members },
    requester: { kind: 'person', name: 'ada' },
    reason: 'Both are bad.',
    evidence: { order: random.pick(['side-by-side', 'callers-first', 'one-after-the-other']) },
    stopCondition: random.pick(['any-failure', 'continue-others']),
    ...{ createdAt: now, startsAt: now + startsInMs },
  });
  const queued = await store.commands.queueRun(run);
  return { kind: `group ${queued.kind}`, runId: run.id };
}
