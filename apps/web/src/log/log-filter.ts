import { given, type ListEventsParams } from '@lastgood/api-client';
import { rangeOf, type TimeChoice } from '../fleet/time-range.ts';

export const kinds = [
  { value: '', label: 'Everything' },
  { value: 'rollback', label: 'Rollbacks' },
  { value: 'trigger', label: 'Triggers' },
  { value: 'decision', label: 'Decisions' },
  { value: 'deployment', label: 'Deployments' },
  { value: 'hold', label: 'Holds' },
  { value: 'service', label: 'Declarations' },
  { value: 'workload', label: 'Workloads' },
  { value: 'drill', label: 'Drills' },
  { value: 'notification', label: 'Notifications' },
] as const;

export const urgencies = [
  { value: '', label: 'Any' },
  { value: 'act', label: 'Asks for an act' },
  { value: 'watch', label: 'Worth watching' },
  { value: 'done', label: 'Done' },
  { value: 'quiet', label: 'For the record' },
] as const;

export const logNames = [
  ...['kind', 'urgency', 'q', 'team', 'label', 'environment'],
  ...['range', 'from', 'to'],
] as const;

export interface LogChoice extends TimeChoice {
  kind: string;
  urgency: string;
  q: string;
  team: string;
  label: string;
  environment: string;
}

const known = <Value extends string>(list: readonly { value: Value }[], value: string): Value | undefined =>
  list.find((one) => one.value === value)?.value;

/** What the address asks the log for. A word that is none of a list's asks for everything. */
export function logFilter(choice: LogChoice, now: number): ListEventsParams {
  const { q, team, label, environment } = choice;
  const kind = known(kinds, choice.kind);
  const urgency = known(urgencies, choice.urgency);
  return {
    ...given({ kind, urgency, search: q, team, label, environment }),
    ...rangeOf(choice, now),
  };
}
