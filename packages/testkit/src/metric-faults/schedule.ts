import { createRandom, type Random } from '../random.ts';
import { dayZero, minute, second } from '../scenario/builders.ts';
import { type FaultPlan, planFaults, slotAt, slotMs } from './fault-plan.ts';
import type { Phase, Pod, ServiceStory } from './service-story.ts';
import { breachedFrom, breachedMs, declared, trueSeverity } from './true-value.ts';
import type { WatchedTrigger } from './watched-triggers.ts';

/** Since when Prometheus scrapes; both versions begin at `dayZero`. */
export const scrapedSince = dayZero - 7 * minute;

export interface Breach {
  service: string;
  trigger: WatchedTrigger;
  /** From when on it is in breach for good, by what it serves. */
  from: number;
}

/** A world, what befalls its monitoring, and who watches it with what. */
export interface Schedule {
  seed: number;
  stories: ServiceStory[];
  triggers: WatchedTrigger[];
  plan: FaultPlan;
  slots: number;
  /** Null where nothing is wrong with any service. */
  breach: Breach | null;
}

export const serviceNames = ['web', 'mail'] as const;

/** The hash that pods of the new version bear. */
export type HashOf = (service: string) => string;

/**
 * Nothing is wrong: no share of failed requests, and no number of restarts or requests is ever beyond its limit for as long as it must
 * last, and what is near the limit has a margin for what `rate` extrapolates:
 * - of each pod at most 4.5 % of requests fail, where 5 % is the limit, and 0.3 % where a burn rate watches, too;
 * - at most two restarts of all pods within five minutes, where more than three fire;
 * - eight times as many requests as the limit at least: of a window that holds but two scrapes `rate` tells a fifth.
 * Where scrapes are undisturbed, there may be errors for so short a time that together they are half a hold, and a pod that answers
 * little may fail at most of it.
 */
export function healthySchedule(seed: number, hashOf: HashOf): Schedule {
  const random = createRandom(seed);
  const triggers = pickTriggers(random);
  const isCalm = !triggers.includes('slo_burn_rate');
  const special = isCalm ? random.pick(['none', 'none', 'none', 'blip', 'blip', 'lame'] as const) : 'none';
  const stories = serviceNames.map((name) => healthyStory(random, name, hashOf(name), isCalm));
  const [web] = stories;
  const slots = 36;
  const plan = planFaults(random, shapeOf(stories, slots, null, special === 'none'));
  if (web && special === 'blip') blip(random, web, plan);
  if (web && special === 'lame') lame(random, web, plan);
  if (special !== 'blip') for (const story of stories) mustBeWell(seed, story, triggers, slots);
  return { seed, stories, triggers, plan, slots, breach: null };
}

function mustBeWell(
  seed: number,
  story: ServiceStory,
  triggers: readonly WatchedTrigger[],
  slots: number,
): void {
  for (let at = dayZero; at < dayZero + slots * slotMs; at += 10 * second)
    for (const trigger of triggers)
      if (trueSeverity[trigger](story, at, dayZero) > 0.95)
        throw new Error(`seed ${seed}: ${story.name} is not well by ${trigger}`);
}

/** One of two services breaches one of its triggers from some time on, and never gets well again. */
export function breachedSchedule(seed: number, hashOf: HashOf): Schedule {
  const random = createRandom(seed);
  const triggers = pickTriggers(random);
  const trigger = random.pick(triggers);
  const stories = serviceNames.map((name) => healthyStory(random, name, hashOf(name), false));
  const [web] = stories;
  if (!web) throw new Error('nobody is watched');
  const onset = dayZero + Math.floor(random.between(30, 5 * 60)) * second;
  spoil(random, web, trigger, onset);
  const until = dayZero + 35 * minute;
  const from = breachedFrom(trigger, web, { startedAt: dayZero, until, margin: 1.3 });
  if (from === null) throw new Error(`seed ${seed}: ${trigger} is not breached`);
  const due = slotAt(from) + Math.round(declared[trigger].holdMs / slotMs);
  const phases = { begins: slotAt(from), fires: due };
  const slots = due + 115;
  const plan = planFaults(random, shapeOf(stories, due + 6, phases, random.chance(0.6)));
  return { seed, stories, triggers, plan, slots, breach: { service: web.name, trigger, from } };
}

function pickTriggers(random: Random): WatchedTrigger[] {
  return random.chance(0.6)
    ? ['high_error_rate', 'crash_loop', 'low_traffic']
    : ['high_error_rate', 'crash_loop', 'slo_burn_rate'];
}

function shapeOf(
  stories: readonly ServiceStory[],
  slots: number,
  phases: { begins: number; fires: number } | null,
  scrapes: boolean,
) {
  const pods = stories.flatMap((story) => story.pods.map(({ name }) => name));
  return { slots, services: stories.map(({ name }) => name), pods, phases, scrapes };
}

function healthyStory(random: Random, name: string, hash: string, isCalm: boolean): ServiceStory {
  const failing = isCalm ? random.pick([0, 0.002, 0.02, 0.045]) : random.pick([0, 0, 0.002, 0.003]);
  const pods = Array.from({ length: random.pick([2, 3]) }, (_, index): Pod => {
    const from = dayZero - 120 * minute;
    const phases: Phase[] = [
      { from, rate: random.between(20, 60), failing: failing * random.between(0.3, 1) },
    ];
    return { name: `${name}-${hash}-${index}`, phases, resets: [], restarts: [] };
  });
  for (let n = random.pick([0, 0, 1, 3]); n > 0; n -= 1)
    random.pick(pods).resets.push(dayZero + random.between(-3, 12) * minute);
  for (let n = random.pick([0, 0, 1, 2]); n > 0; n -= 1) {
    const at = dayZero + random.between(-2, 12) * minute;
    const pod = random.pick(pods);
    pod.restarts.push(at);
    pod.resets.push(at);
  }
  for (const pod of pods) pod.resets.sort((a, b) => a - b);
  return { name, pods };
}

/** What is wrong from `onset` on. */
function spoil(random: Random, story: ServiceStory, trigger: WatchedTrigger, onset: number): void {
  for (const pod of story.pods) {
    const last = pod.phases.at(-1);
    if (!last) continue;
    if (trigger === 'high_error_rate')
      pod.phases.push({ ...last, from: onset, failing: random.between(0.12, 1) });
    if (trigger === 'slo_burn_rate')
      pod.phases.push({ ...last, from: onset, failing: random.between(0.03, 0.045) });
    if (trigger === 'low_traffic')
      pod.phases.push({ ...last, from: onset, rate: random.pick([0, 0.1, 0.8]) });
    if (trigger !== 'crash_loop') continue;
    for (let at = onset; at < dayZero + 45 * minute; at += random.between(35, 50) * second) {
      pod.restarts.push(at);
      pod.resets.push(at);
    }
  }
}

/**
 * Errors for a little while, twice, as far apart as an outage may bridge; together in breach for less than half of the hold. Where it
 * can be so, nobody sees that all was well in between.
 */
function blip(random: Random, story: ServiceStory, plan: FaultPlan): void {
  const usual = story.pods.map(({ phases }) => phases.map((one) => ({ ...one, failing: 0 })));
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const first = dayZero + random.between(0.6, 1.2) * minute;
    const again = first + random.between(3.4, 4.2) * minute;
    // Nearly as long as the window, and so many that it is beyond the limit only while they fill it.
    const lastsMs = random.between(95, 112) * second;
    const failing = (random.between(0.0515, 0.056) * 120 * second) / lastsMs;
    for (const [index, pod] of story.pods.entries())
      pod.phases = withErrors(usual[index] ?? [], [first, again], failing, lastsMs);
    const total = breachedMs('high_error_rate', story, { startedAt: dayZero, until: dayZero + 11 * minute });
    if (total >= 20_000 && total <= 50_000) {
      hideBetween(random, story, plan);
      return;
    }
  }
  for (const [index, pod] of story.pods.entries()) pod.phases = usual[index] ?? [];
}

function withErrors(
  usual: readonly Phase[],
  from: readonly number[],
  failing: number,
  lastsMs: number,
): Phase[] {
  const last = usual.at(-1);
  if (!last) return [];
  const spells = from.flatMap((at) => [
    { ...last, from: at, failing },
    { ...last, from: at + lastsMs },
  ]);
  return [...usual, ...spells];
}

/** Nobody answers from the last slot of the first spell to the first of the second. */
function hideBetween(random: Random, story: ServiceStory, plan: FaultPlan): void {
  const isBreach = (slot: number) =>
    trueSeverity.high_error_rate(story, dayZero + slot * slotMs - 2_000, dayZero) > 1;
  const breaches = Array.from({ length: 36 }, (_, slot) => slot).filter(isBreach);
  const gap = breaches.findIndex((slot, index) => slot - (breaches[index - 1] ?? slot) > 2);
  const [last, next] = [breaches[gap - 1], breaches[gap]];
  if (last === undefined || next === undefined || random.chance(0.3)) return;
  const kind = random.pick([
    'refused',
    'restarting',
    'failed-query',
    'page',
    'empty',
    'cached',
    'cached',
  ] as const);
  Object.assign(plan, {
    replicas: [],
    skewsMs: [0],
    source: [{ kind, from: last + 1, until: next + random.pick([0, 1, 1]) }],
  });
}

/** A pod that answers little fails at most of it, which is next to nothing of all; and a source that has only this one left. */
function lame(random: Random, { pods }: ServiceStory, plan: FaultPlan): void {
  const from = dayZero + random.between(30, 90) * second;
  const [pod] = pods;
  const usual = pod?.phases.at(-1);
  if (!pod || !usual) return;
  pod.phases.push({ ...usual, from, rate: 1, failing: random.between(0.3, 0.6) });
  for (const { phases } of pods.slice(1))
    for (const phase of phases) phase.failing = Math.min(phase.failing, 0.02);
  const kind = random.pick(['partial', 'twice', 'failed-with-a-body'] as const);
  const slot = 8 + Math.floor(random.between(0, 10));
  if (random.chance(0.7)) plan.source.push({ kind, from: slot, until: slot + random.pick([5, 9, 14]) });
}
