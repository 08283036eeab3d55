import { describeTrigger } from '../decision/sentence.ts';
import type { AcceptedTrial } from './accept-trial.ts';
import { writtenDuration } from './duration.ts';
import { runTrial, type TriedSlot } from './run-trial.ts';
import type { Happened, WantedState } from './wanted.ts';

/** Where a test found something else than it expected. */
export interface TrialFailure {
  /** A JSON Pointer to the expectation. */
  path: string;
  /** "2m", from the deployment's start. */
  at: string;
  /** "phase of failed_orders" */
  of: string;
  expected: string;
  got: string;
  /** How it stood then, in the product's own words; empty where there is nothing to say. */
  sentence: string;
}

/** Runs a test; what was not as expected, in the order of the file. */
export function checkTrial(accepted: AcceptedTrial): TrialFailure[] {
  const { trial, wanted, startsAt } = accepted;
  const { intervalMs } = trial.rules;
  const tried = runTrial(trial);
  const seen: Seen = {
    slot: (index) => tried.find(({ slot }) => slot === startsAt + index * intervalMs),
    at: (index) => writtenDuration(index * intervalMs),
    index: (slot) => Math.round((slot - startsAt) / intervalMs),
  };
  return [
    ...wanted.states.flatMap((one) => stateFailures(one, seen)),
    ...(wanted.events ? [listFailure(wanted.events, eventsOf(tried, seen), 'events', seen)].flat() : []),
    ...(wanted.decisions
      ? [listFailure(wanted.decisions, decisionsOf(tried, seen), 'decisions', seen)].flat()
      : []),
  ];
}

interface Seen {
  /** Undefined where it was missed. */
  slot(index: number): TriedSlot | undefined;
  at(index: number): string;
  index(slot: number): number;
}

function stateFailures(wanted: WantedState, seen: Seen): TrialFailure[] {
  const slot = seen.slot(wanted.index);
  const frame = { path: wanted.path, at: seen.at(wanted.index) };
  if (!slot)
    return [{ ...frame, of: 'slot', expected: 'judged', got: 'missed: nobody looked', sentence: '' }];
  return [...triggerFailures(wanted, slot, frame), ...decisionFailures(wanted, slot, frame)];
}

type Frame = Pick<TrialFailure, 'path' | 'at'>;

function triggerFailures(
  { trigger, phase, heldMs }: WantedState,
  slot: TriedSlot,
  frame: Frame,
): TrialFailure[] {
  const found = slot.triggers.find((one) => one.trigger.name === trigger);
  if (!found) return [];
  const { state } = found;
  const sentence = describeTrigger(found.trigger, state.lastSlot === null ? null : state);
  const failures: TrialFailure[] = [];
  if (phase !== undefined && phase !== state.phase)
    failures.push({ ...frame, of: `phase of ${trigger}`, expected: phase, got: state.phase, sentence });
  if (heldMs !== null && heldMs !== state.heldMs)
    failures.push({
      ...frame,
      of: `held of ${trigger}`,
      expected: writtenDuration(heldMs),
      got: writtenDuration(state.heldMs),
      sentence,
    });
  return failures;
}

function decisionFailures(wanted: WantedState, { decision }: TriedSlot, frame: Frame): TrialFailure[] {
  const { verdict, sentence, restraints } = decision;
  const failures: TrialFailure[] = [];
  if (wanted.decision !== undefined && wanted.decision !== verdict)
    failures.push({ ...frame, of: 'decision', expected: wanted.decision, got: verdict, sentence });
  const { because } = wanted;
  if (because !== undefined && !restraints.some((one) => one.includes(because)))
    failures.push({
      ...{ ...frame, of: 'because', expected: because, sentence },
      got: restraints.length > 0 ? restraints.join('; ') : 'nothing holds it back',
    });
  if (wanted.sentence !== undefined && !sentence.includes(wanted.sentence))
    failures.push({ ...frame, of: 'sentence', expected: wanted.sentence, got: sentence, sentence: '' });
  return failures;
}

interface Occurred extends Happened {
  sentence: string;
}

function eventsOf(tried: readonly TriedSlot[], seen: Seen): Occurred[] {
  return tried.flatMap(({ slot, triggers }) =>
    triggers.flatMap(({ trigger, state, events }) =>
      events.map((event) => ({
        index: seen.index(slot),
        trigger: trigger.name,
        what: event.type,
        sentence: describeTrigger(trigger, state),
      })),
    ),
  );
}

/** Those that are said; each once, as the product says them. */
function decisionsOf(tried: readonly TriedSlot[], seen: Seen): Occurred[] {
  return tried
    .filter(({ isNews }) => isNews)
    .map(({ slot, decision }) => ({
      index: seen.index(slot),
      trigger: decision.trigger,
      what: decision.verdict,
      sentence: decision.sentence,
    }));
}

/** The first difference of two lists: what comes after it follows from it. */
function listFailure(
  wanted: { path: string; list: readonly Happened[] },
  got: readonly Occurred[],
  of: string,
  seen: Seen,
): TrialFailure[] {
  const isSame = (one: Happened, other: Happened | undefined) =>
    other !== undefined &&
    one.index === other.index &&
    one.what === other.what &&
    (one.trigger === null || one.trigger === other.trigger);
  const length = Math.max(wanted.list.length, got.length);
  const first = Array.from({ length }, (_, index) => index).find((index) => {
    const one = wanted.list[index];
    return !one || !isSame(one, got[index]);
  });
  if (first === undefined) return [];
  const [expected, found] = [wanted.list[first], got[first]];
  const words = (one: Happened | undefined) =>
    one ? `${seen.at(one.index)} ${one.trigger === null ? '' : `${one.trigger} `}${one.what}` : 'no more';
  return [
    {
      path: expected ? `${wanted.path}/${first}` : wanted.path,
      at: seen.at(
        Math.min(expected?.index ?? Number.POSITIVE_INFINITY, found?.index ?? Number.POSITIVE_INFINITY),
      ),
      of,
      expected: words(expected),
      got: words(found),
      sentence: found?.sentence ?? '',
    },
  ];
}
