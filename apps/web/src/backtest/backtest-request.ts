import { type BacktestInput, given, type TriggerInput } from '@lastgood/api-client';

export const periods = [7, 30, 90] as const;
export type Period = (typeof periods)[number];

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
