import type { Run } from '@lastgood/api-client';

type Grouped = Pick<Run, 'members' | 'from' | 'target'>;

/** The other services of a group. */
export function othersOf({ members }: Grouped, service: string): Run['members'] {
  return members.filter((one) => one.service !== service);
}

/** "together with cart and payments": who else goes back with the service; null when it goes alone. */
export function togetherWith(run: Grouped, service: string): string | null {
  const names = othersOf(run, service).map((one) => one.serviceName);
  if (names.length === 0) return null;
  return `together with ${[names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' and ')}`;
}

/** From what to what the service goes: in a group, its own part. */
export function moveOf(run: Grouped, service: string): Pick<Run, 'from' | 'target'> {
  return run.members.find((one) => one.service === service) ?? run;
}
