import { stepInHand } from '@lastgood/domain';
import type { RunCommandResult } from '../fakes/store/run-commands.ts';
import type { RunRow } from '../fakes/store/world.ts';
import type { Simulation } from './simulation.ts';
import type { Happened } from './tally.ts';

/** What a person can do about a run: on which runs it makes sense, and what it does. */
interface OperatorAction {
  counted: keyof Happened;
  fits(row: RunRow): boolean;
  act(sim: Simulation, row: RunRow): Promise<RunCommandResult>;
}

const isOpen = ({ run }: RunRow) => run.status === 'queued' || run.status === 'running';
const isStopped = ({ run }: RunRow) => run.status === 'stopped';

const operatorActions = {
  stop: {
    counted: 'stopsAsked',
    fits: isOpen,
    act: ({ store, time }, { run }) => store.commands.stopRun(run.id, 'not this one', 'ada', time.now()),
  },
  skip: {
    counted: 'skips',
    fits: ({ run }) => run.status === 'running' || run.status === 'stopped',
    act({ store, time }, { run, steps }) {
      const ordinal = stepInHand(run, steps)?.ordinal ?? 0;
      const step = { ordinal, reason: 'seen by eye' };
      return store.commands.skipStep(run.id, step, 'ada', time.now());
    },
  },
  retry: {
    counted: 'retries',
    fits: isStopped,
    act: ({ store, time }, { run }) => store.commands.retryRun(run.id, 'ada', time.now()),
  },
  resume: {
    counted: 'resumes',
    fits: isStopped,
    act: ({ store, time }, { run }) => store.commands.resumeRun(run.id, 'ada', time.now()),
  },
  undo: {
    counted: 'undos',
    fits: ({ run }) => run.status === 'queued',
    act: ({ store, time }, { run }) => store.commands.undoRun(run.id, 'ada', time.now()),
  },
} satisfies Record<string, OperatorAction>;

export type OperatorActionName = keyof typeof operatorActions;

/** Takes an action on one of the runs that it fits, whether or not it is allowed there. */
export async function actAnywhere(sim: Simulation, name: OperatorActionName): Promise<void> {
  const { store, random } = sim;
  const action: OperatorAction = operatorActions[name];
  const fitting = [...store.world.runs.values()].filter(action.fits);
  if (fitting.length === 0) return;
  await actOn(sim, name, random.pick(fitting));
}

export async function actOn(sim: Simulation, name: OperatorActionName, row: RunRow): Promise<void> {
  const action: OperatorAction = operatorActions[name];
  const result = await action.act(sim, row);
  sim.say(`${name} of ${row.run.id}: ${result.kind === 'refused' ? result.reason : result.kind}`);
  if (result.kind === 'done') sim.tally.count[action.counted] += 1;
}
