import { dayZero } from '../scenario/builders.ts';
import { monitorSettings } from '../scenario/test-engine.ts';
import { type FaultPlan, isBlind, slotAt, slotMs } from './fault-plan.ts';
import { isRollbackOf, judgedAfterMs, type Made, type Played } from './play-schedule.ts';
import type { Breach, Schedule } from './schedule.ts';
import { scrapeMs } from './scraped-store.ts';
import { declared } from './true-value.ts';

const toleranceMs = monitorSettings.outageToleranceMs;

/** By what a rollback may be late, in milliseconds. */
export interface Allowed {
  hold: number;
  /** Slots are so far apart, and each is judged so long after it began. */
  slot: number;
  /**
   * Slots in which nobody was answered, nobody judged, or nothing was scraped of what is asked for; and one where answers take long:
   * it is decided when they are there.
   */
  outage: number;
  /** The hold again, where an outage was longer than what is tolerated. */
  anew: number;
  /**
   * What the query looks back over. How much of it is full of the breach already is in what is true: so this is the newest scrape, and
   * how long before its slot it is asked for; and all of the window where scrapes were disturbed, which has to be filled again.
   */
  window: number;
}

/**
 * Until when what is breached must be rolled back, by what truly happened and what was planned to go wrong: not by anything that the
 * product has computed.
 */
export function latestRollback(schedule: Schedule): { at: number; allowed: Allowed } {
  const { breach, plan } = schedule;
  if (!breach) throw new Error('nothing is breached');
  const { holdMs, windowMs } = declared[breach.trigger];
  const newestMs = scrapeMs + monitorSettings.offsetMs;
  const allowed: Allowed = {
    ...{ hold: holdMs, slot: slotMs + judgedAfterMs, window: newestMs },
    ...{ outage: 0, anew: 0 },
  };
  const sum = () => Object.values(allowed).reduce((total, ms) => total + ms, 0);
  for (let before = -1; before !== sum(); ) {
    before = sum();
    const until = breach.from + before;
    const spells = outages(schedule, breach, until);
    const slow = isSlow(plan, breach.from, until) ? slotMs : 0;
    allowed.outage = spells.reduce((total, { slots }) => total + slots * slotMs, slow);
    const isTooLong = ({ slots }: { slots: number }) => (slots + 1) * slotMs > toleranceMs;
    allowed.anew = spells.filter(isTooLong).length * holdMs;
    const isInWindow = (one: { from: number; until: number }) =>
      dayZero + one.from * slotMs <= until && dayZero + one.until * slotMs >= breach.from - windowMs;
    if (plan.scrapes.some((one) => isInWindow(one) && disturbs(one, breach))) allowed.window = windowMs;
  }
  return { at: breach.from + sum(), allowed };
}

/** Whether a disturbance of scrapes is one of what the trigger asks for. */
function disturbs({ kind, of }: FaultPlan['scrapes'][number], { service, trigger }: Breach): boolean {
  const isOfCluster = trigger === 'crash_loop';
  if (kind === 'not-written') return true;
  if (kind === 'cluster-unreached') return isOfCluster;
  return !isOfCluster && of !== null && of.startsWith(service);
}

function isSlow({ source }: FaultPlan, from: number, until: number): boolean {
  return source.some((one) => one.kind === 'slow' && one.from <= slotAt(until) && one.until > slotAt(from));
}

/** Slots in a row, from before the breach on, in which nothing true was judged. */
function outages({ plan }: Schedule, breach: Breach, until: number): { slots: number }[] {
  const spells: { slots: number }[] = [];
  let isOpen = false;
  for (let slot = Math.max(0, slotAt(breach.from) - 1); dayZero + slot * slotMs <= until; slot += 1) {
    const isUnscraped = plan.scrapes.some(
      (one) => slot >= one.from && slot < one.until && disturbs(one, breach),
    );
    const isNow = isUnscraped || isBlind(plan, slot);
    if (isNow && !isOpen) spells.push({ slots: 0 });
    const last = spells.at(-1);
    if (isNow && last) last.slots += 1;
    isOpen = isNow;
  }
  return spells;
}

/**
 * Whether a person was told to roll back in its place, as the policy says where nobody could read how it stood before the deployment:
 * by what was asked over the wire, all of it for as long as it is waited for.
 */
export function wasToldForWantOfEvidence({ schedule, made, asked }: Played, by: number): Made | null {
  const { breach, plan } = schedule;
  if (!breach || plan.withoutEvidence !== 'suggest') return null;
  const told = made.find(
    ({ decision, at }) =>
      at <= by && decision.verdict === 'suggest' && decision.service.endsWith(`/${breach.service}`),
  );
  if (!told) return null;
  const back = asked.filter(({ at, sentAt }) => at < dayZero - slotMs / 2 && sentAt <= told.at);
  const times = [...Map.groupBy(back, ({ sentAt }) => sentAt)];
  const isWanting = times.length > 0 && times.every(([, all]) => all.some(({ isAnswered }) => !isAnswered));
  return isWanting ? told : null;
}

/** The first rollback of what is breached. */
export function rollbackOf({ schedule, made }: Played): Made | null {
  const name = schedule.breach?.service ?? '';
  return made.find(({ decision }) => isRollbackOf(decision, name)) ?? null;
}
