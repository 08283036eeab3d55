import { type Static, Type } from 'typebox';
import { ListOf, Query, Seconds, span } from '../../../bounds.ts';
import { formatValue } from '../../format.ts';
import type { TriggerFrame } from '../../trigger-frame.ts';
import type { TriggerFault } from '../trigger-kind.ts';
import { usesWindow } from '../window.ts';

const minute = 60_000;

/** Two windows that must both burn faster than the rate. */
export interface BurnWindow {
  /** How many times faster than allowed. */
  rate: number;
  longMs: number;
  shortMs: number;
}

export interface BurnRateTrigger extends TriggerFrame {
  kind: 'burn-rate';
  /** The share of bad events over `$WINDOW`. */
  query: string;
  /** The share of good events that is promised, such as 0.999. */
  objective: number;
  windows: BurnWindow[];
}

/**
 * Those of the Site Reliability Workbook: 2 % of the budget of 30 days in an hour, 5 % in six hours, 10 % in three days.
 * https://sre.google/workbook/alerting-on-slos/
 */
const defaultWindows: readonly BurnWindow[] = [
  { rate: 14.4, longMs: 60 * minute, shortMs: 5 * minute },
  { rate: 6, longMs: 6 * 60 * minute, shortMs: 30 * minute },
  { rate: 1, longMs: 3 * 24 * 60 * minute, shortMs: 6 * 60 * minute },
];

/** What of the long window the short one is, where nobody says. */
const shortShare = 12;

const shortest = 10;

export const members = {
  query: Query({
    description:
      'PromQL for the share of bad events, with $WINDOW as its range: sum(rate(failed[$WINDOW])) / sum(rate(all[$WINDOW])). Asked for every window, each cut at the age of the deployment unless the query is of the new version alone ($POD_TEMPLATE_HASH, $REVISION).',
  }),
  objective: Type.Number({
    minimum: 0,
    maximum: 0.999999,
    description: 'The share of good events that is promised, such as 0.999.',
  }),
  windows: Type.Optional(
    ListOf(
      Type.Object(
        {
          rate: Type.Number({
            minimum: 0.01,
            maximum: 1e6,
            description: 'How many times faster than allowed both windows must burn.',
          }),
          long: Seconds(2 * shortest, span.month, { description: 'Seconds.' }),
          short: Type.Optional(
            Seconds(shortest, span.day, { description: 'Seconds; default a twelfth of the long one.' }),
          ),
        },
        { additionalProperties: false },
      ),
      5,
      {
        minItems: 1,
        description: 'Default: 14.4 over 1 h and 5 m, 6 over 6 h and 30 m, 1 over 3 d and 6 h.',
      },
    ),
  ),
};

export type Declared = Static<ReturnType<typeof Type.Object<typeof members>>>;

export function lintDeclared(declared: Declared): TriggerFault[] {
  const { query, objective, windows } = declared;
  const faults = windowsOf(windows).flatMap((window, index) =>
    faultIn(window, `/windows/${index}`, objective),
  );
  // Of windows that nobody declared what does not fit is the objective.
  const told = windows ? faults : faults.slice(0, 1).map((fault) => ({ ...fault, path: '/objective' }));
  if (usesWindow(query)) return told;
  const message = 'must have $WINDOW as its range, as in rate(failed[$WINDOW]).';
  return [{ path: '/query', message }, ...told];
}

function faultIn({ rate, longMs, shortMs }: BurnWindow, path: string, objective: number): TriggerFault[] {
  if (shortMs >= longMs) return [{ path: `${path}/short`, message: 'must be shorter than the long window.' }];
  if (shortMs < shortest * 1000)
    return [{ path: `${path}/long`, message: `is too short: its twelfth must be ${shortest} s and more.` }];
  const most = 1 / budgetOf(objective);
  // Of all events no more than all can be bad.
  if (rate < most) return [];
  const message = `can never fire: where all is bad it burns ${formatValue(most, 'x')}, and ${formatValue(rate, 'x')} is asked for.`;
  return [{ path: `${path}/rate`, message }];
}

/** What of a trigger follows from its windows. No time that a breach must last: that is what the second window is for. */
export function burnFrame(
  windows: readonly BurnWindow[],
): Pick<
  BurnRateTrigger,
  'kind' | 'windows' | 'initialDelayMs' | 'threshold' | 'comparison' | 'unit' | 'forMs'
> {
  return {
    ...{ kind: 'burn-rate', windows: [...windows], initialDelayMs: shortestOf(windows) },
    ...{ threshold: 1, comparison: 'greater_than', unit: 'ratio', forMs: 0 },
  };
}

export function shortestOf(windows: readonly BurnWindow[]): number {
  return Math.min(...windows.map(({ shortMs }) => shortMs));
}

export function windowsOf(declared: Declared['windows']): BurnWindow[] {
  if (!declared) return [...defaultWindows];
  return declared.map(({ rate, long, short = long / shortShare }) => ({
    rate,
    longMs: long * 1000,
    shortMs: short * 1000,
  }));
}

/** The share of bad events that is allowed. 1 - 0.999 is not 0.001 in binary; what people declare has few decimals. */
export function budgetOf(objective: number): number {
  return Number((1 - objective).toFixed(12));
}
