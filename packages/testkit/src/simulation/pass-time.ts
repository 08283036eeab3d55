import type { Simulation } from './simulation.ts';

const restWithinMs = 30 * 60_000;

/** Lets time pass; the referee looks between any two things that happen. */
export function passTime(
  { time, referee }: Simulation,
  ms: number,
  done: () => boolean = () => false,
): Promise<void> {
  return time.runUntil(time.now() + ms, () => {
    referee.atEveryMoment();
    return done();
  });
}

/** Until no run is active, or for half an hour. */
export async function comeToRest(sim: Simulation): Promise<void> {
  const { runs } = sim.store.world;
  const isOpen = (status: string) => status === 'queued' || status === 'running';
  await passTime(sim, restWithinMs, () => [...runs.values()].every(({ run }) => !isOpen(run.status)));
  sim.referee.atRest();
}
