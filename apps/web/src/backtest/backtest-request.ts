import { type BacktestInput, given, type TriggerInput } from '@lastgood/api-client';

/** A trigger that is in force by its name, or one that is written. */
export interface ChosenTrigger {
  mode: 'in_force' | 'written';
  name: string;
  text: string;
}

export const periods = [7, 30, 90] as const;
export type Period = (typeof periods)[number];

/** Why a backtest cannot be run yet, as what is to be done; null where it can. */
export function lackOf({ mode, name, text }: ChosenTrigger, isReadable: boolean): string | null {
  if (mode === 'in_force') return name === '' ? 'Choose a trigger first.' : null;
  if (text.trim() === '') return 'Write a trigger first.';
  return isReadable ? null : 'Mend first what is said of the trigger above: it cannot be read.';
}

const dayMs = 86_400_000;

/** What is asked: of one that is in force by its name, of a written one by itself. */
export interface Wanted {
  of: { name: string } | { trigger: TriggerInput };
  /** Keys; empty for every service that has a trigger of the name. */
  services: readonly string[];
  days: Period;
}

/** @param now epoch ms, by the server's clock */
export function backtestRequest({ of, services, days }: Wanted, now: number): BacktestInput {
  return {
    ...of,
    ...given({ services: services.length > 0 ? [...services] : undefined }),
    // A minute within what may be asked, for clocks that differ.
    since: new Date(now - days * dayMs + 60_000).toISOString(),
  };
}
