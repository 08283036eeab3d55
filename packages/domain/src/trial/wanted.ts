import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { DeclaredTrial, Expectation } from './declared-trial.ts';
import { durationMs, writtenDuration } from './duration.ts';
import type { TrialFault } from './fault.ts';

/** What is expected of a slot of a trigger. */
export interface WantedState extends Pick<Expectation, 'phase' | 'decision' | 'because' | 'sentence'> {
  /** A JSON Pointer to where it is written. */
  path: string;
  /** In slots from the first. */
  index: number;
  /** Null where it is of the decision alone. */
  trigger: string | null;
  heldMs: number | null;
}

/** Something that happened in a slot: `fired`, `roll_back`. */
export interface Happened {
  index: number;
  /** Null where nobody said. */
  trigger: string | null;
  what: string;
}

export interface Wanted {
  states: WantedState[];
  /** All there are, in order; null where nobody said. */
  events: { path: string; list: Happened[] } | null;
  decisions: { path: string; list: Happened[] } | null;
  /** As many as are needed to see them all. */
  slots: number;
}

/** What a test expects. One that expects nothing cannot fail, and is refused. */
export function readWanted(
  declared: DeclaredTrial,
  triggers: readonly RollbackTrigger[],
  intervalMs: number,
  path: string,
): Wanted | TrialFault[] {
  const { expect = [], events, decisions } = declared;
  const reader = new WantedReader(triggers, intervalMs);
  const states = expect.map((one, index) => reader.state(one, `${path}/expect/${index}`));
  const listOf = (list: readonly Given[], member: string, what: (one: Given) => string) => ({
    path: `${path}/${member}`,
    list: list.map((one, index) => reader.happened(one, what(one), `${path}/${member}/${index}`)),
  });
  const wanted = {
    states,
    events: events ? listOf(events, 'events', ({ event = '' }) => event) : null,
    decisions: decisions ? listOf(decisions, 'decisions', ({ decision = '' }) => decision) : null,
  };
  if (expect.length === 0 && !events && !decisions)
    reader.faults.push({ path, message: 'it expects nothing: write expect, events or decisions' });
  if (reader.faults.length > 0) return reader.faults;
  const all = [...states, ...(wanted.events?.list ?? []), ...(wanted.decisions?.list ?? [])];
  return { ...wanted, slots: Math.max(0, ...all.map(({ index }) => index + 1)) };
}

interface Given {
  at: string | number;
  trigger?: string | undefined;
  event?: string;
  decision?: string;
}

class WantedReader {
  readonly faults: TrialFault[] = [];

  private readonly triggers: readonly RollbackTrigger[];
  private readonly intervalMs: number;

  constructor(triggers: readonly RollbackTrigger[], intervalMs: number) {
    this.triggers = triggers;
    this.intervalMs = intervalMs;
  }

  state(one: Expectation, path: string): WantedState {
    const { phase, held, decision, because, sentence } = one;
    const ofTrigger = phase !== undefined || held !== undefined;
    if (!ofTrigger && decision === undefined && because === undefined && sentence === undefined)
      this.faults.push({
        path,
        message: 'it expects nothing: write phase, held, decision, because or sentence',
      });
    const heldMs = held === undefined ? null : this.duration(held, `${path}/held`);
    const trigger = this.named(one.trigger, path);
    if (ofTrigger && trigger === null)
      this.faults.push({ path, message: `trigger is missing: one of ${this.names()}` });
    return {
      ...{ path, index: this.slot(one.at, `${path}/at`), trigger, heldMs },
      ...(phase === undefined ? {} : { phase }),
      ...(decision === undefined ? {} : { decision }),
      ...(because === undefined ? {} : { because }),
      ...(sentence === undefined ? {} : { sentence }),
    };
  }

  happened(one: Given, what: string, path: string): Happened {
    return { index: this.slot(one.at, `${path}/at`), trigger: this.named(one.trigger, path), what };
  }

  /** The only one there is, where nobody says. */
  private named(name: string | undefined, path: string): string | null {
    const [only, ...more] = this.triggers;
    if (name === undefined) return more.length === 0 && only ? only.name : null;
    if (!this.triggers.some((one) => one.name === name))
      this.faults.push({
        path: `${path}/trigger`,
        message: `there is no trigger ${name} here; there is ${this.names()}`,
      });
    return name;
  }

  private names(): string {
    return this.triggers.map(({ name }) => name).join(', ');
  }

  private slot(at: string | number, path: string): number {
    const ms = this.duration(at, path);
    const index = Math.floor(ms / this.intervalMs);
    if (index * this.intervalMs === ms) return index;
    const [before, after] = [index, index + 1].map((one) => writtenDuration(one * this.intervalMs));
    this.faults.push({
      path,
      message: `${at} is no slot: they are ${writtenDuration(this.intervalMs)} apart, so write ${before} or ${after}`,
    });
    return index;
  }

  private duration(written: string | number, path: string): number {
    const ms = durationMs(written);
    if (ms === null) this.faults.push({ path, message: `${written} is no duration: write 90s, 2m or 1m30s` });
    return ms ?? 0;
  }
}
