import { type DueReading, dueReadings } from '../decision/due-readings.ts';
import { memoryQuery } from '../trigger/memory-query.ts';
import { isMetricPart } from '../trigger/part.ts';
import {
  instantsOf,
  joinPast,
  type PastAnswer,
  type PastQuestion,
  rangeInstants,
  readingAt,
  samplesUntil,
  unreadAt,
} from '../trigger/past-answer.ts';
import type { Question, SampleRange } from '../trigger/question.ts';
import type { Reading } from '../trigger/reading.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import { type PastDeployment, type PastWatch, watchedAnew, watchedSlots } from './past-deployment.ts';

/*
 * Ask: what a trigger would have been asked in the slots of a past watch, as stretches. A query that stays the same from slot to slot is
 * one stretch, whatever its kind; one that changes with the age of the deployment (a window that is cut at it) a stretch for each that
 * stays. Samples of neighbouring slots are mostly the same: each instant is asked once.
 */

/** The most instants of one question: a source bounds its answers. */
const mostInstants = 400;

/** Why a slot cannot be judged in which the source answers nothing at all. */
const nothingKept = 'the source has nothing of that time any more';

export interface PastRules {
  /** Distance of two slots, and how long before its slot a question is of. */
  intervalMs: number;
  offsetMs: number;
  /** Whether the source knows its targets is asked of now, too. */
  now: number;
}

export interface PastPlan {
  questions: PastQuestion[];
  /** What the machine is told, from the answers in the order of the questions; one that is missing could not be read. */
  answers(answered: readonly (PastAnswer | undefined)[]): PastDeployment['answers'];
}

/** One query with all instants on one grid that are wanted of it. */
interface Need {
  question: Question;
  stepMs: number;
  instants: Set<number>;
}

interface Place {
  need: Need;
  at: number;
  range?: SampleRange;
}

export function pastPlan(trigger: RollbackTrigger, past: PastWatch, rules: PastRules): PastPlan {
  const needs = new Map<string, Need>();
  const places = new Map<string, Place>();
  const want = (place: string, at: number, question: Question, range?: SampleRange) => {
    const need = needFor(needs, question, at - (range?.endsBeforeMs ?? 0), range?.stepMs ?? rules.intervalMs);
    for (const one of range ? rangeInstants(range, at) : [at]) need.instants.add(one);
    places.set(place, { need, at, ...(range ? { range } : {}) });
  };
  const watched = watchedAnew(trigger, past);
  const latest = Math.floor(rules.now / rules.intervalMs) * rules.intervalMs - rules.offsetMs;
  for (const slot of watchedSlots(past))
    for (const due of dueReadings([watched], slot)) {
      const at = slot - rules.offsetMs;
      for (const { name, question, range } of due.parts.filter(isMetricPart))
        want(`${slot} part ${name}`, at, question, range);
      if (due.samples) want(`${slot} samples`, at, due.samples);
      want(memoryAt(slot), at, memoryOf(due));
      want(presentMemory, latest, memoryOf(due));
    }
  const stretches = [...needs.values()].flatMap((need) =>
    stretchesOf(need).map((question) => ({ need, question })),
  );
  return {
    questions: stretches.map(({ question }) => question),
    answers(answered) {
      const all = stretches.map(({ need, question }, index) => ({
        need,
        answer: answered[index] ?? unreadAt(instantsOf(question), 'the source did not answer this question'),
      }));
      const joined = new Map(
        [...Map.groupBy(all, ({ need }) => need)].map(([need, some]) => [
          need,
          joinPast(some.map(({ answer }) => answer)),
        ]),
      );
      return answersFrom(places, (need) => joined.get(need) ?? joinPast([]));
    },
  };
}

function memoryOf({ parts }: DueReading): Question {
  return { template: memoryQuery, variables: parts.find(isMetricPart)?.question.variables ?? {} };
}

function needFor(needs: Map<string, Need>, question: Question, at: number, stepMs: number): Need {
  const { template, variables } = question;
  const key = JSON.stringify([template, variables, stepMs, at % stepMs]);
  const need = needs.get(key) ?? { question, stepMs, instants: new Set() };
  needs.set(key, need);
  return need;
}

function stretchesOf({ question, stepMs, instants }: Need): PastQuestion[] {
  const stretches: PastQuestion[] = [];
  for (const at of [...instants].sort((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last && last.count < mostInstants && at === last.from + last.count * stepMs) last.count += 1;
    else stretches.push({ ...question, from: at, stepMs, count: 1 });
  }
  return stretches;
}

function answersFrom(
  places: ReadonlyMap<string, Place>,
  answerTo: (need: Need) => PastAnswer,
): PastDeployment['answers'] {
  const forgets = forgetful(places, answerTo);
  const read = (slot: number, name: string): { reading: Reading; samples?: number[][] } => {
    const place = places.get(`${slot} ${name}`);
    if (!place) return { reading: notAsked };
    const answer = answerTo(place.need);
    const found = place.range
      ? samplesUntil(answer, place.range, place.at)
      : { reading: readingAt(answer, place.at) };
    // A number, too: a query may make one of nothing, as `or vector(0)` does.
    const isForgotten = found.reading.kind !== 'unreachable' && forgets(slot);
    return isForgotten ? { ...found, reading: { kind: 'unreachable', reason: nothingKept } } : found;
  };
  return {
    part: (_trigger, part, slot) => read(slot, `part ${part}`).reading,
    partSamples: (_trigger, part, slot) => read(slot, `part ${part}`).samples,
    samples: (_trigger, slot) => read(slot, 'samples').reading,
  };
}

const notAsked: Reading = { kind: 'unreachable', reason: 'the source was not asked' };

/**
 * Whether the source holds nothing of a slot. One that knows no targets now, either, is not asked so: it keeps them elsewhere, or has
 * none.
 */
function forgetful(places: ReadonlyMap<string, Place>, answerTo: (need: Need) => PastAnswer) {
  const knows = (key: string) => {
    const place = places.get(key);
    return place !== undefined && readingAt(answerTo(place.need), place.at).kind !== 'no-data';
  };
  const knowsTargets = knows(presentMemory);
  return (slot: number) => knowsTargets && !knows(memoryAt(slot));
}

const presentMemory = 'memory now';
const memoryAt = (slot: number) => `memory ${slot}`;
