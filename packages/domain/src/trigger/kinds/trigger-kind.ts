import type { TProperties } from 'typebox';
import type { MetricPart, PartQuestion, TriggerPart } from '../part.ts';
import type { Question, SampleRange } from '../question.ts';
import type { Reading } from '../reading.ts';
import type { TriggerCommon, TriggerFrame } from '../trigger-frame.ts';

/** Of what a trigger asks in a slot. */
export interface TriggerSubject {
  /** What the placeholders of a query stand for. */
  variables: Question['variables'];
  /**
   * How long ago its version came, in milliseconds: what is older speaks of another. Null where it may look back as far as it
   * likes, as into the time before a deployment.
   */
  ageMs: number | null;
  /** The instant that ages are counted back from, epoch milliseconds. Absent: nobody asks at the same time about others. */
  at?: number;
  /** How long ago its deployment began to change what serves, in milliseconds. Absent: as long ago as `ageMs`. */
  startedMsAgo?: number;
  /** The placeholders by which a query finds the new version's series only: the version before had another value of them. */
  toldApartBy: readonly string[];
  /** What the placeholders stood for in the version that it replaces. Absent: that is not known. */
  before?: Question['variables'];
}

/** A query of a trigger, as it stands in the declaration. */
export interface TriggerQuery {
  /** The member of the declaration that it stands in. */
  member: string;
  /** For people, where a trigger has several; empty where it has one. */
  title: string;
  /** As it was written. */
  declared: string;
  template: string;
  /** Of what it answers, for people; empty where that has none. */
  unit: string;
  /** Over which stretch of time it is asked, where not for an instant alone. */
  range?: SampleRange;
}

/** What a trigger asks that is no query of a metric source. */
export interface TriggerAsk {
  /** The member of the declaration that it stands in. */
  member: string;
  /** As people read it: `Alert {alertname="HighErrorRate"}`. */
  declared: string;
}

/** A part in words, for people. */
export interface PartWords {
  /** "1 h, 14.4x" */
  title: string;
  /** What it answered: "22x", "no data". */
  text: string;
  /** What it is held against: "> 14.4x"; null where it is held against nothing by itself. */
  limit: string | null;
}

/** What is wrong with a declared trigger; `path` is a JSON Pointer into it. */
export interface TriggerFault {
  path: string;
  message: string;
}

/** A member of a declaration that one service may say otherwise than a shared set. */
export interface OverridableMember<Trigger> {
  /** "threshold" */
  title: string;
  /** What a trigger has there, for people: "5 %". */
  words(trigger: Trigger): string;
}

/**
 * A kind of trigger: what it asks in a slot, and which one reading comes of the answers. All else is the same for every kind: the
 * reading is held against the trigger's threshold, and `advanceTrigger` does the rest. Pure.
 */
export interface TriggerKind<Trigger extends TriggerFrame, Declared, Part extends PartQuestion = MetricPart> {
  kind: string;
  /** One sentence: what it is. */
  summary: string;
  /** What a team declares of it beside what every trigger has, durations in seconds. None is named as a member of `TriggerCommon`. */
  members: TProperties;
  /**
   * Which of them a service may say otherwise than its shared set; never what is asked. Those of one name mean the same in every
   * kind that has them.
   */
  overridable: { [Member in keyof Declared]?: OverridableMember<Trigger> };
  /** What the schema cannot say, but for what is wrong with its queries. */
  lint(declared: Declared): TriggerFault[];
  /** A linted declaration with its defaults. */
  accept(declared: Declared, common: TriggerCommon): Trigger;
  /** What would be declared to get the trigger; the reverse of `accept`. */
  declare(trigger: Trigger): Declared;
  /** Its queries of a metric source. Each can be parsed: what only the kind fills in is filled in. */
  queries(trigger: Trigger): TriggerQuery[];
  /** What else it asks, where it asks no metric source. Absent: nothing. */
  asksBesides?(trigger: Trigger): TriggerAsk[];
  /** Ask. At least one part. */
  ask(trigger: Trigger, subject: TriggerSubject): Part[];
  /** Ask, to prove that what fired is over: only of what is older than nothing else. Absent: as `ask`. */
  askWhetherOver?(trigger: Trigger, subject: TriggerSubject): Part[];
  /** Ask, of an instant before a deployment: whether it breached then, and was not over. Absent: as `ask`. */
  askWhetherBefore?(trigger: Trigger, subject: TriggerSubject): Part[];
  /** False: it cannot say whether what fired is over once another version serves, and is not asked. Absent: it can. */
  tellsWhetherOver?: false;
  /** Judge: from what was answered alone, so that what was stored can be judged again. */
  judge(trigger: Trigger, parts: readonly TriggerPart[]): Reading;
  /** Whether its parts say more than the reading: then they are kept with it. */
  keepsParts: boolean;
  /** False: it reads a number or could not be asked, never no data, and nothing that is not a number. Absent: it may. */
  readsOtherThanNumbers?: false;
  /** What the parts say. Empty where the reading says it all. */
  words(trigger: Trigger, parts: readonly TriggerPart[]): PartWords[];
  /** What it fires at, for people: "> 14.4x over 1 h and 5 m"; null where the threshold says it. */
  limit(trigger: Trigger): string | null;
  /** "burns 22x over 1 h and 18x over 5 m, > 14.4x"; null where value and threshold say it. */
  describe(trigger: Trigger, reading: Reading, parts: readonly TriggerPart[]): string | null;
}
