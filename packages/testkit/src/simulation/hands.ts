import { type GivenCommand, judgeCommand, stepInProgress } from '@lastgood/domain';
import type { RunRow } from '../fakes/store/world.ts';
import type { Simulation } from './simulation.ts';
import type { Happened } from './tally.ts';

/** What a person can press about a run: on which runs it makes sense, and which command it gives. */
interface Button {
  counted: keyof Happened;
  fits(row: RunRow): boolean;
  gives(row: RunRow): GivenCommand;
}

const isOpen = ({ run }: RunRow) => run.status === 'queued' || run.status === 'running';
const isStopped = ({ run }: RunRow) => run.status === 'stopped';

const buttons = {
  stop: {
    counted: 'stopsAsked',
    fits: isOpen,
    gives: () => ({ command: 'stop', reason: 'wrong button' }),
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
    fits: isStopped,
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
} satisfies Record<string, Button>;

export type ButtonName = keyof typeof buttons;

/** Presses a button on one of the runs that it fits, whether or not it is allowed there. */
export async function press(sim: Simulation, name: ButtonName): Promise<void> {
  const { store, random } = sim;
  const button: Button = buttons[name];
  const fitting = [...store.world.runs.values()].filter(button.fits);
  if (fitting.length === 0) return;
  await pressOn(sim, name, random.pick(fitting));
}

export async function pressOn(sim: Simulation, name: ButtonName, row: RunRow): Promise<void> {
  const button: Button = buttons[name];
  const judge = judgeCommand(button.gives(row), { by: 'ada', at: sim.time.now() });
  const result = await sim.store.commands.command(row.run.id, judge);
  sim.say(`${name} of ${row.run.id}: ${result.kind === 'refused' ? result.reason : result.kind}`);
  if (result.kind === 'done') sim.tally.count[button.counted] += 1;
}
