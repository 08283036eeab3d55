import { dayZero } from '../scenario/builders.ts';
import type { Allowed } from './latest-rollback.ts';
import { latestRollback, rollbackOf, wasToldForWantOfEvidence } from './latest-rollback.ts';
import type { PlantedFault } from './planted-faults.ts';
import { hashOf, type Played, playSchedule } from './play-schedule.ts';
import { breachedSchedule, healthySchedule } from './schedule.ts';

export interface Sweep {
  from: number;
  seeds: number;
  planted?: PlantedFault;
  /** Ends with the first violation. */
  untilCaught?: boolean;
}

export interface Swept {
  /** Each with the seed that plays it again. */
  violations: string[];
  figures: Record<string, number>;
}

const seconds = (ms: number) => Math.round(ms / 1000);
const since = (at: number) => `${seconds(at - dayZero)} s`;

/** Nothing is wrong with any service: nothing may be rolled back. */
export async function sweepHealthy({ from, seeds, planted, untilCaught = false }: Sweep): Promise<Swept> {
  const violations: string[] = [];
  const figures = { seeds: 0, rollbacks: 0, suggestions: 0, judged: 0, disturbed: 0 };
  for (let seed = from; seed < from + seeds; seed += 1) {
    const played = await playSchedule(healthySchedule(seed, hashOf), planted);
    figures.seeds += 1;
    figures.judged += played.judged;
    figures.disturbed += played.asked.filter(({ isAnswered }) => !isAnswered).length;
    figures.suggestions += played.made.filter(({ decision }) => decision.verdict === 'suggest').length;
    const wrong = strangersRolledBack(played, null);
    figures.rollbacks += wrong.length;
    violations.push(...wrong.map((words) => `seed ${seed}: ${words}`));
    if (untilCaught && violations.length > 0) break;
  }
  return { violations, figures };
}

/** One of two services is breached: it is rolled back in time, and the other is not. */
export async function sweepBreached({ from, seeds, planted, untilCaught = false }: Sweep): Promise<Swept> {
  const violations: string[] = [];
  const figures: Record<string, number> = { seeds: 0, rolledBack: 0, toldForWantOfEvidence: 0, judged: 0 };
  const worst = createWorst();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const played = await playSchedule(breachedSchedule(seed, hashOf), planted);
    figures.seeds = (figures.seeds ?? 0) + 1;
    figures.judged = (figures.judged ?? 0) + played.judged;
    const { at: latest, allowed } = latestRollback(played.schedule);
    const made = rollbackOf(played);
    const told = made ? null : wasToldForWantOfEvidence(played, latest + 45_000);
    if (made) figures.rolledBack = (figures.rolledBack ?? 0) + 1;
    if (told) figures.toldForWantOfEvidence = (figures.toldForWantOfEvidence ?? 0) + 1;
    const { breach } = played.schedule;
    const name = `seed ${seed}: ${breach?.trigger} breached from ${since(breach?.from ?? 0)}`;
    if (!made && !told) violations.push(`${name}, and was missed`);
    if (made && made.at > latest)
      violations.push(
        `${name}, rolled back at ${since(made.at)}, ${seconds(made.at - latest)} s too late (${JSON.stringify(allowed)})`,
      );
    if (made && breach) worst.see(made.at - breach.from - allowed.hold, allowed);
    violations.push(
      ...strangersRolledBack(played, breach?.service ?? null).map((one) => `seed ${seed}: ${one}`),
    );
    if (untilCaught && violations.length > 0) break;
  }
  return { violations, figures: { ...figures, ...worst.figures } };
}

/** The longest beyond the hold that a rollback took, by what it may be put down to. */
function createWorst() {
  const figures: Record<string, number> = {};
  return {
    figures,
    see(lateMs: number, { outage, anew, window }: Allowed) {
      const scrapes = window > 60_000 ? window : 0;
      const causes = Object.entries({ outage, anew, scrapes }).filter(([, ms]) => ms > 0);
      const [only] = causes;
      const cause = causes.length === 0 ? 'undisturbed' : causes.length === 1 && only ? only[0] : 'several';
      const key = `worst ${cause} (s)`;
      figures[key] = Math.max(figures[key] ?? 0, seconds(lateMs));
    },
  };
}

function strangersRolledBack({ made }: Played, breached: string | null): string[] {
  return made
    .filter(({ decision }) => decision.verdict === 'roll_back')
    .filter(({ decision }) => breached === null || !decision.service.endsWith(`/${breached}`))
    .map(({ decision, at }) => `at ${since(at)} ${decision.service} was rolled back: ${decision.sentence}`);
}
