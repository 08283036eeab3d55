import { requestRollback } from '@lastgood/engine';
import type { RollbackCommand } from '@lastgood/engine/rollback/request';
import type { Fleet } from './fleet.ts';
import { actOn } from './operator-actions.ts';
import { withoutOrder } from './plans-without-order.ts';
import type { Simulation } from './simulation.ts';

/** Somebody wants a service back, asks once or twice, and sometimes thinks again at once. */
export async function askForRollback(sim: Simulation, fleet: Fleet, name: string): Promise<void> {
  const { time, random, store } = sim;
  const startsInMs = random.pick([0, 0, 3_000]);
  const ask = () =>
    askForOne(sim, fleet, name, { startsInMs, ...(fleet.asked === name ? anyGroup(sim) : {}) });
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

/** With those that have to follow, or alone. */
function anyGroup({ random }: Simulation): Partial<RollbackCommand> {
  if (random.chance(0.15)) return {};
  return {
    group: 'with-dependents',
    stopCondition: random.pick(['any-failure', 'continue-others']),
    evidence: random.chance(0.3) ? withoutOrder : null,
  };
}

async function askForOne(
  { store, time, newId }: Simulation,
  { released }: Fleet,
  name: string,
  over: Partial<RollbackCommand>,
): Promise<Asked> {
  // Whoever asks has read the refusals of the plan, and names what is lost.
  const accepting = [...released.values()].flatMap(({ site }) => site.accepting);
  const removing = [...released.values()].find(({ site }) => site.name === name)?.site.removing;
  const result = await requestRollback(
    { deployments: store.deployments, clock: time.clock, newId, queueRun: store.commands.queueRun },
    {
      ...{ deploymentId: `${name}-2`, targetId: `${name}-1`, startsInMs: 0, accepting, removing },
      requester: { kind: 'person', name: 'ada' },
      ...{ reason: null, evidence: null },
      ...over,
    },
  );
  return { kind: result.kind, runId: 'run' in result ? result.run.id : undefined };
}
