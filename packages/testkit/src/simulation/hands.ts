import { type Run, type RunMember, serviceKey, stepInHand } from '@lastgood/domain';
import { requestRollback } from '@lastgood/engine';
import type { RunCommandResult } from '../fakes/store/run-commands.ts';
import type { RunRow } from '../fakes/store/world.ts';
import type { Fleet } from './fleet.ts';
import { isOvertaken } from './overtaken.ts';
import type { Simulation } from './simulation.ts';
import type { Happened } from './tally.ts';

/** What a person can press about a run: on which runs it makes sense, and what it does. */
interface Button {
  counted: keyof Happened;
  fits(row: RunRow): boolean;
  press(sim: Simulation, row: RunRow): Promise<RunCommandResult>;
}

const isOpen = ({ run }: RunRow) => run.status === 'queued' || run.status === 'running';
const isStopped = ({ run }: RunRow) => run.status === 'stopped';

const buttons = {
  stop: {
    counted: 'stopsAsked',
    fits: isOpen,
    press: ({ store, time }, { run }) => store.commands.stopRun(run.id, 'wrong button', 'ada', time.now()),
  },
  skip: {
    counted: 'skips',
    fits: ({ run }) => run.status === 'running' || run.status === 'stopped',
    press({ store, time }, { run, steps }) {
      const ordinal = stepInHand(run, steps)?.ordinal ?? 0;
      const step = { ordinal, reason: 'seen by eye' };
      return store.commands.skipStep(run.id, step, 'ada', time.now());
    },
  },
  retry: {
    counted: 'retries',
    fits: isStopped,
    press: ({ store, time }, { run }) => store.commands.retryRun(run.id, 'ada', time.now()),
  },
  resume: {
    counted: 'resumes',
    fits: isStopped,
    press: ({ store, time }, { run }) => store.commands.resumeRun(run.id, 'ada', time.now()),
  },
  undo: {
    counted: 'undos',
    fits: ({ run }) => run.status === 'queued',
    press: ({ store, time }, { run }) => store.commands.undoRun(run.id, 'ada', time.now()),
  },
} satisfies Record<string, Button>;

export type ButtonName = keyof typeof buttons;

/** Presses a button on one of the runs that it fits, whether or not it is allowed there. */
export async function press(sim: Simulation, name: ButtonName): Promise<void> {
  const { store, random } = sim;
  const button: Button = buttons[name];
  const fitting = [...store.world.runs.values()].filter(
    (row) => button.fits(row) && !(isStopped(row) && isOvertaken(row, store.world)),
  );
  if (fitting.length === 0) return;
  await pressOn(sim, name, random.pick(fitting));
}

export async function pressOn(sim: Simulation, name: ButtonName, row: RunRow): Promise<void> {
  const button: Button = buttons[name];
  const result = await button.press(sim, row);
  sim.say(`${name} of ${row.run.id}: ${result.kind === 'refused' ? result.reason : result.kind}`);
  if (result.kind === 'done') sim.tally.count[button.counted] += 1;
}

/** Somebody wants a service back, clicks once or twice, and sometimes thinks again at once. */
export async function click(sim: Simulation, fleet: Fleet, name: string): Promise<void> {
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
    if (row) void pressOn(sim, thought, row);
  });
}

interface Asked {
  kind: string;
  runId?: string;
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
  return { kind: result.kind, ...('run' in result ? { runId: result.run.id } : {}) };
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
  const run: Run = {
    ...{ id: newId(), service, deploymentId, targetDeploymentId, status: 'queued', plan: null, members },
    requester: { kind: 'person', name: 'ada' },
    reason: 'Both are bad.',
    evidence: { stopCondition: random.pick(['any-failure', 'continue-others']) },
    ...{ createdAt: now, startsAt: now + startsInMs, stopAsked: null, ...none },
  };
  const queued = await store.commands.queueRun(run);
  return { kind: `group ${queued.kind}`, runId: run.id };
}
