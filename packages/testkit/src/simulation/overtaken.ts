import { hasChangedWorld, type Run } from '@lastgood/domain';
import type { RunRow, StoreWorld } from '../fakes/store/world.ts';

/**
 * Whether a newer run of one of its services has changed the world since this one stopped. People here do not go on with such
 * a run: nothing refuses it yet, and it would call the service back while the newer one has its writers stopped.
 */
export function isOvertaken({ run }: RunRow, { runs }: Pick<StoreWorld, 'runs'>): boolean {
  const all = [...runs.values()];
  const since = all.slice(all.findIndex((row) => row.run.id === run.id) + 1);
  const own = servicesOf(run);
  return since.some(
    (newer) => servicesOf(newer.run).some((service) => own.includes(service)) && hasChangedWorld(newer.steps),
  );
}

const servicesOf = ({ service, members }: Run) => members?.map((member) => member.service) ?? [service];
