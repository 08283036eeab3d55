import { defaultBrakes } from '../decision/brakes.ts';
import { dueReadings } from '../decision/due-readings.ts';
import { defaultStandingMs } from '../deployment/read-pace.ts';
import type { ServicePolicy } from '../service/service.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerSet } from '../trigger/trigger-set.ts';
import { DeclaredTrial } from './declared-trial.ts';
import { durationMs } from './duration.ts';
import { schemaFaults, type TrialFault } from './fault.ts';
import { findTrigger } from './find-triggers.ts';
import { impossibleReadings } from './impossible-readings.ts';
import { mostSlots } from './reading-notation.ts';
import type { Trial } from './run-trial.ts';
import { answersOf, partFaults, type ReadAnswers, readAnswers } from './trial-answers.ts';
import { watchedOf } from './trial-subject.ts';
import { readWanted, type Wanted } from './wanted.ts';

/** A test that can be run. */
export interface AcceptedTrial {
  name: string;
  trial: Trial;
  wanted: Wanted;
  /** Its first slot. */
  startsAt: number;
}

/** Somewhere in the calendar: what is said of the time of day in a trial is said of noon and after. */
const noon = Date.UTC(2026, 0, 1, 12);

/** What holds when nothing is configured, in milliseconds. */
const standard = { intervalMs: 15_000, outageToleranceMs: 300_000 };

/** A declared test with all that it names, or everything that is wrong with it. */
export function acceptTrial(
  declared: unknown,
  sets: readonly TriggerSet[],
  path = '',
): AcceptedTrial | TrialFault[] {
  const faults = schemaFaults(DeclaredTrial, declared, path);
  if (faults.length > 0) return faults;
  const sound = declared as DeclaredTrial;
  const given = durationsAt(path, faults);
  const intervalMs = given.ms(sound.interval, 'interval') ?? standard.intervalMs;
  if (intervalMs < 1_000)
    faults.push({ path: `${path}/interval`, message: 'slots are a second apart or more' });
  const triggers = triggersOf(sound, sets, path, faults);
  if (faults.length > 0) return faults;
  const wanted = readWanted(sound, triggers, intervalMs, path);
  const answers = readAnswers(sound, triggers, path);
  faults.push(...(Array.isArray(wanted) ? wanted : []), ...(Array.isArray(answers) ? answers : []));
  if (Array.isArray(wanted) || Array.isArray(answers)) return faults;
  const slots = Math.max(answers.slots, wanted.slots);
  if (slots > mostSlots) faults.push({ path, message: `it is of more than ${mostSlots} slots` });
  faults.push(...impossibleReadings(answers, triggers, path));
  const trial = trialOf(sound, { triggers, answers, intervalMs, slots, given });
  faults.push(...partFaults(answers, askedBy(trial), path));
  return faults.length > 0 ? faults : { name: sound.name, trial, wanted, startsAt: startOf(intervalMs) };
}

/** Its answers could not be written down: a slot has one reading of each part here, and it asks for the samples of a while. */
function sampledFaults(trigger: RollbackTrigger, path: string): TrialFault[] {
  const kind = triggerKind(trigger);
  const parts = kind.ask(trigger, { variables: {}, ageMs: null, toldApartBy: [] });
  if (!parts.some((part) => 'range' in part)) return [];
  const message = `${trigger.name} cannot be tested: a trigger of kind ${kind.kind} compares many samples in each slot, and a test has one reading for each slot, so it would never fire here; try it with shadow: true instead`;
  return [{ path, message }];
}

/** The names of the parts that are asked, by trigger. */
function askedBy({ watched, slots }: Trial): (trigger: string) => ReadonlySet<string> {
  const names = new Map<string, Set<string>>();
  for (const slot of slots)
    for (const { trigger, parts } of dueReadings([watched], slot)) {
      const own = names.get(trigger.name) ?? new Set();
      for (const { name } of parts) own.add(name);
      names.set(trigger.name, own);
    }
  return (trigger) => names.get(trigger) ?? new Set();
}

/** A slot, whatever their distance. */
function startOf(intervalMs: number): number {
  return Math.ceil(noon / intervalMs) * intervalMs;
}

interface Read {
  triggers: RollbackTrigger[];
  answers: ReadAnswers;
  intervalMs: number;
  slots: number;
  given: Durations;
}

function trialOf(sound: DeclaredTrial, { triggers, answers, intervalMs, slots, given }: Read): Trial {
  const { deployment = {}, dependencies = [], fleet = {}, target = true } = sound;
  const startedAt = startOf(intervalMs);
  const { automaticInLastHour = 0, trippedInSlot = 0, ...brakes } = fleet;
  const ago = given.ms(sound.lastAttemptAgo, 'lastAttemptAgo');
  const all = Array.from({ length: slots }, (_, index) => index).filter((index) => !answers.isMissed(index));
  return {
    watched: watchedOf({
      ...{ startedAt, triggers, dependencies, hasTarget: target },
      origin: deployment.origin ?? 'pipeline',
      isWatched: deployment.watched ?? true,
      policy: policyOf(sound, given),
      lastAttemptAt: ago === null ? null : startedAt - ago,
    }),
    slots: all.map((index) => startedAt + index * intervalMs),
    answers: answersOf(answers, startedAt, intervalMs),
    rules: {
      intervalMs,
      outageToleranceMs: given.ms(sound.outageTolerance, 'outageTolerance') ?? standard.outageToleranceMs,
      standingMs: defaultStandingMs,
    },
    brakes: { ...defaultBrakes, ...brakes },
    fleet: { automaticInLastHour, trippedInSlot },
  };
}

function policyOf({ policy = {} }: DeclaredTrial, given: Durations): Partial<ServicePolicy> {
  const { cooldown, watchWindow, ...same } = policy;
  const cooldownMs = given.ms(cooldown, 'policy/cooldown');
  const watchWindowMs = given.ms(watchWindow, 'policy/watchWindow');
  return {
    ...same,
    ...(cooldownMs === null ? {} : { cooldownMs }),
    ...(watchWindowMs === null ? {} : { watchWindowMs }),
  };
}

function triggersOf(
  { trigger, triggers = [] }: DeclaredTrial,
  sets: readonly TriggerSet[],
  path: string,
  faults: TrialFault[],
): RollbackTrigger[] {
  const meant = [
    ...(trigger === undefined ? [] : [{ one: trigger, at: `${path}/trigger` }]),
    ...triggers.map((one, index) => ({ one, at: `${path}/triggers/${index}` })),
  ];
  if (meant.length === 0) faults.push({ path, message: 'trigger is missing: its name, or all of it' });
  const found = meant.flatMap(({ one, at }) => {
    const read = findTrigger(one, sets, at);
    if (!Array.isArray(read)) return [{ trigger: read, at }];
    faults.push(...read);
    return [];
  });
  for (const [index, one] of found.entries())
    if (found.findIndex((other) => other.trigger.name === one.trigger.name) < index)
      faults.push({ path: one.at, message: `there are two of the name ${one.trigger.name}: name each once` });
  faults.push(...found.flatMap(({ trigger: one, at }) => sampledFaults(one, at)));
  return found.map((one) => one.trigger);
}

/** Reads durations of a declaration, and keeps what is wrong with them. */
interface Durations {
  ms(written: string | number | undefined, member: string): number | null;
}

function durationsAt(path: string, faults: TrialFault[]): Durations {
  return {
    ms(written, member) {
      if (written === undefined) return null;
      const ms = durationMs(written);
      if (ms === null)
        faults.push({
          path: `${path}/${member}`,
          message: `${written} is no duration: write 90s, 2m or 1m30s`,
        });
      return ms;
    },
  };
}
