import type { Run } from '@lastgood/api-client';

type Grouped = Pick<Run, 'members' | 'from' | 'target'>;

/** "together with cart and payments": who else goes back with the service; null when it goes alone. */
export function togetherWith({ members }: Grouped, service: string): string | null {
  const names = members.filter((one) => one.service !== service).map((one) => one.serviceName);
  if (names.length === 0) return null;
  return `together with ${[names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' and ')}`;
}

/** From what to what the service goes: in a group, its own part. */
export function moveOf(run: Grouped, service: string): Pick<Run, 'from' | 'target'> {
  return run.members.find((one) => one.service === service) ?? run;
}
