import { type GivenCommand, judgeCommand, stepInProgress } from '@lastgood/domain';
import type { RunRow } from '../fakes/store/world.ts';
import type { Happened } from './count-happened.ts';
import type { Simulation } from './simulation.ts';

/** What a person can do about a run: on which runs it makes sense, and which command it gives. */
interface OperatorAction {
  counted: keyof Happened;
  fits(row: RunRow): boolean;
  gives(row: RunRow): GivenCommand;
}

const isOpen = ({ run }: RunRow) => run.status === 'queued' || run.status === 'running';
const hasFailed = ({ run, steps }: RunRow) =>
  run.status === 'stopped' && steps.some(({ status }) => status === 'failed');
const isStopped = ({ run }: RunRow) => run.status === 'stopped';

const operatorActions = {
  stop: {
    counted: 'stopsAsked',
    fits: isOpen,
    gives: () => ({ command: 'stop', reason: 'not this one' }),
  },
  skip: {
    counted: 'skips',
    fits: ({ run }) => run.status === 'running' || run.status === 'stopped',
    gives: ({ run, steps }) => ({
      command: 'skip',
      ordinal: stepInProgress(run, steps)?.ordinal ?? 0,
      reason: 'seen by eye',
    }),
  },
  retry: {
    counted: 'retries',
    fits: hasFailed,
    gives: () => ({ command: 'retry' }),
  },
  resume: {
    counted: 'resumes',
    fits: isStopped,
    gives: () => ({ command: 'resume' }),
  },
  undo: {
    counted: 'undos',
    fits: ({ run }) => run.status === 'queued',
    gives: () => ({ command: 'undo' }),
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
  const judge = judgeCommand(action.gives(row), { by: 'ada', at: sim.time.now() });
  const result = await sim.store.commands.command(row.run.id, judge);
  sim.say(`${name} of ${row.run.id}: ${result.kind === 'refused' ? result.reason : result.kind}`);
  if (result.kind === 'done') sim.happened.count[action.counted] += 1;
}
