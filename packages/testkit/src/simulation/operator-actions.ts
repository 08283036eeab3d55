import { stepInHand } from '@lastgood/domain';
import type { RunCommandResult } from '../fakes/store/run-commands.ts';
import type { RunRow } from '../fakes/store/world.ts';
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
  const fitting = [...store.world.runs.values()].filter(button.fits);
  if (fitting.length === 0) return;
  await pressOn(sim, name, random.pick(fitting));
}

export async function pressOn(sim: Simulation, name: ButtonName, row: RunRow): Promise<void> {
  const button: Button = buttons[name];
  const result = await button.press(sim, row);
  sim.say(`${name} of ${row.run.id}: ${result.kind === 'refused' ? result.reason : result.kind}`);
  if (result.kind === 'done') sim.tally.count[button.counted] += 1;
}
