import { triggerKind } from '../trigger/kinds/index.ts';
import { partAsked } from '../trigger/part.ts';
import type { Reading } from '../trigger/reading.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { DeclaredTrial } from './declared-trial.ts';
import type { TrialFault } from './fault.ts';
import { readNotation, type SlotReading } from './reading-notation.ts';
import type { TrialAnswers } from './run-trial.ts';

/*
 * What was written down of the answers. One text is for all triggers, else there is one for each by its name; and so for the parts of a
 * trigger whose kind asks several questions, by the names of the parts. Where a text is shorter than the test, its last reading goes on.
 */

/** By the name of a part, or for all of its parts. */
type OfParts = SlotReading[] | Map<string, SlotReading[]>;

export interface ReadAnswers {
  readings: Map<string, OfParts>;
  samples: Map<string, SlotReading[]>;
  before: Map<string, Reading>;
  /** As long as the longest text. */
  slots: number;
  /** Whether nobody looked in a slot. */
  isMissed(index: number): boolean;
}

export function readAnswers(
  declared: DeclaredTrial,
  triggers: readonly RollbackTrigger[],
  path: string,
): ReadAnswers | TrialFault[] {
  const faults: TrialFault[] = [];
  const readings = byTrigger(declared.readings, triggers, `${path}/readings`, faults, ofParts);
  for (const { name } of triggers)
    if (!readings.has(name) && faults.length === 0)
      faults.push({ path: `${path}/readings`, message: `${name} has no readings: write them by its name` });
  const counted = triggers.filter(({ minSamples }) => minSamples !== undefined);
  const samples =
    declared.samples === undefined
      ? new Map<string, SlotReading[]>()
      : byTrigger(declared.samples, counted, `${path}/samples`, faults, texts);
  if (declared.samples !== undefined && counted.length === 0)
    faults.push({
      path: `${path}/samples`,
      message: 'no trigger here has minSamples, so nobody asks for them',
    });
  const before =
    declared.before === undefined
      ? new Map<string, Reading>()
      : byTrigger(declared.before, triggers, `${path}/before`, faults, single);
  if (faults.length > 0) return faults;
  const all = [...readings.values()].flatMap((one) => (Array.isArray(one) ? [one] : [...one.values()]));
  const every = [...all, ...samples.values()];
  return {
    ...{ readings, samples, before },
    slots: Math.max(...every.map((one) => one.length)),
    isMissed: (index) => every.some((one) => at(one, index).kind === 'missed'),
  };
}

type Reader<T> = (written: unknown, path: string, faults: TrialFault[]) => T | null;

function byTrigger<T>(
  written: unknown,
  triggers: readonly RollbackTrigger[],
  path: string,
  faults: TrialFault[],
  reader: Reader<T>,
): Map<string, T> {
  const names = triggers.map(({ name }) => name);
  const isMap = typeof written === 'object' && written !== null;
  const keys = isMap ? Object.keys(written) : [];
  // Of one trigger the names may be those of its parts.
  if (!isMap || (names.length === 1 && !keys.some((key) => names.includes(key)))) {
    const read = reader(written, path, faults);
    return new Map(read === null ? [] : names.map((name): [string, T] => [name, read]));
  }
  return new Map(
    Object.entries(written).flatMap(([name, one]): [string, T][] => {
      const at = `${path}/${name}`;
      if (!names.includes(name)) {
        faults.push({ path: at, message: `there is no trigger ${name} here; there is ${names.join(', ')}` });
        return [];
      }
      const read = reader(one, at, faults);
      return read === null ? [] : [[name, read]];
    }),
  );
}

function ofParts(written: unknown, path: string, faults: TrialFault[]): OfParts | null {
  if (typeof written !== 'object' || written === null) return texts(written, path, faults);
  return new Map(
    Object.entries(written).flatMap(([name, one]): [string, SlotReading[]][] => {
      const read = texts(one, `${path}/${name}`, faults);
      return read === null ? [] : [[name, read]];
    }),
  );
}

function texts(written: unknown, path: string, faults: TrialFault[]): SlotReading[] | null {
  if (typeof written !== 'string' && typeof written !== 'number') {
    faults.push({ path, message: 'readings are a text, such as 0.01x8 0.2x9' });
    return null;
  }
  const read = readNotation(String(written));
  if (Array.isArray(read)) return read;
  faults.push({ path, message: read.word === '' ? read.message : `${read.word}: ${read.message}` });
  return null;
}

function single(written: unknown, path: string, faults: TrialFault[]): Reading | null {
  const read = texts(written, path, faults);
  if (read === null) return null;
  const [one] = read;
  if (one && one.kind !== 'missed' && read.length === 1) return one;
  faults.push({ path, message: 'before the deployment there is one reading' });
  return null;
}

const missing: Reading = { kind: 'unreachable', reason: 'nothing is written of this part' };

/** Where parts are written by their names, those must be the names that are asked. */
export function partFaults(
  { readings }: ReadAnswers,
  askedOf: (trigger: string) => ReadonlySet<string>,
  path: string,
): TrialFault[] {
  return [...readings].flatMap(([trigger, written]) => {
    if (Array.isArray(written)) return [];
    const asked = askedOf(trigger);
    const at = `${path}/readings`;
    const names = [...asked].join(', ');
    return [
      ...[...written.keys()]
        .filter((one) => !asked.has(one))
        .map((one) => ({ path: at, message: `${trigger} asks no part ${one}; it asks ${names}` })),
      ...[...asked]
        .filter((one) => !written.has(one))
        .map((one) => ({ path: at, message: `${trigger} asks ${one}, too: write its readings` })),
    ];
  });
}

export function answersOf(read: ReadAnswers, startsAt: number, intervalMs: number): TrialAnswers {
  const indexOf = (slot: number) => Math.round((slot - startsAt) / intervalMs);
  return {
    part({ name }, part, slot) {
      const own = read.readings.get(name);
      const written = Array.isArray(own) ? own : own?.get(part);
      return written ? asReading(at(written, indexOf(slot))) : missing;
    },
    samples(trigger, slot) {
      const written = read.samples.get(trigger.name);
      return written ? asReading(at(written, indexOf(slot))) : enough(trigger);
    },
    before(trigger, asked) {
      const written = read.before.get(trigger.name);
      const samples = trigger.minSamples ? enough(trigger) : null;
      // What is written is what each part answered; where nothing is written all was well.
      const reading: Reading = written
        ? triggerKind(trigger).judge(
            trigger,
            asked.map((part) => ({ ...partAsked(part), reading: written })),
          )
        : { kind: 'value', value: trigger.threshold };
      return { reading, samples, memory: { kind: 'value', value: 1 } };
    },
  };
}

/** As many as count. */
function enough({ minSamples }: RollbackTrigger): Reading {
  return { kind: 'value', value: minSamples?.atLeast ?? 0 };
}

/** The last reading goes on. */
function at(written: readonly SlotReading[], index: number): SlotReading {
  return written[Math.min(index, written.length - 1)] ?? { kind: 'missed' };
}

/** A slot that was missed is not judged, so nobody asks in it. */
function asReading(one: SlotReading): Reading {
  return one.kind === 'missed' ? missing : one;
}
