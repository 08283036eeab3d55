import { given, type ListServicesParams, type ListServicesState } from '@lastgood/api-client';

export const states = [
  { value: '', label: 'Any' },
  { value: 'stopped', label: 'Stopped' },
  { value: 'rolling_back', label: 'Rolling back' },
  { value: 'firing', label: 'Firing' },
  { value: 'pending', label: 'In breach' },
  { value: 'gone', label: 'Gone' },
  { value: 'failed', label: 'Failed to roll out' },
  { value: 'unseen', label: 'Cannot be seen' },
  { value: 'acknowledged', label: 'Acknowledged' },
  { value: 'starting', label: 'Starting' },
  { value: 'deploying', label: 'Deploying' },
  { value: 'watched', label: 'Watched' },
  { value: 'recorded', label: 'In recorded breach' },
  { value: 'quiet', label: 'Quiet' },
] as const satisfies { value: ListServicesState | ''; label: string }[];

type Values = Record<'state' | 'team' | 'label' | 'environment' | 'near', string>;

/** What the server is asked to leave out; words are searched for here, among all that it lets through. */
export function serviceFilter({ state, team, label, environment, near }: Values): ListServicesParams {
  const known = states.find(({ value }) => value === state)?.value;
  return given({ state: known, team, label, environment, near });
}
