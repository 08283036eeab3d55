import { truncate } from '../truncate.ts';
import type { AlertsQuestion } from './alerts-question.ts';
import { type AlertEpisode, untoldMs } from './episode.ts';
import { type Heard, type HeardStretch, heardAsOf, hearingMs, settlesMs } from './hearing.ts';
import type { Teller } from './teller.ts';

/** What is known for one question, from the records. */
export interface AlertRecord {
  /** Of the alerts that it asks about. */
  episodes: readonly AlertEpisode[];
  /** There are more. */
  isCut: boolean;
  /** Those that had begun by the instant that is asked about; of a time before a deployment the newest, too. */
  heard: readonly HeardStretch[];
  /** An alert of its source, whichever it is, was told as firing lately, and by then not as resolved. */
  anyFires: boolean;
  /** The last message that told less than there is, or could not be read. */
  leftOut: { at: number; why: string } | null;
  /** Of what was told before, not all is kept. */
  keptSince: number;
}

/** An alert as evidence: what was told of it, and by when. */
export interface SeenAlert {
  labels: Record<string, string>;
  /**
   * `silent`: told as firing, and then not any more. `contradicted`: told as resolved, and as firing after that. `unconfirmed`: told as
   * resolved, and its source told of no alert that fires since: it may be that nobody evaluates any more.
   */
  stands: 'firing' | 'silent' | 'contradicted' | 'unconfirmed';
  startsAt: number;
  toldAt: number;
}

/** Why nobody can say that no other alert fires. */
export type NotHeard =
  | { kind: 'not-known-yet'; reason: string }
  | { kind: 'never' }
  /** Asked of a time before its first word. */
  | { kind: 'later'; since: number }
  | { kind: 'silent'; lastAt: number }
  /** All that fired was told as resolved. */
  | { kind: 'none-fires'; lastAt: number }
  | { kind: 'heard-again'; since: number }
  | { kind: 'left-out'; at: number; why: string }
  | { kind: 'not-kept' }
  | { kind: 'too-many' };

/** What the records say of a question, as of an instant: enough to judge it again, and kept with what was concluded. */
export interface AlertsSeen {
  source: string;
  /** Absent where nobody of that name is configured. */
  teller?: Teller;
  at: number;
  /** The last word of its source until then; null where there was none. */
  heardAt: number | null;
  /** So many alerts are known to fire. */
  firing: number;
  /** Of so many nobody can say. */
  unsure: number;
  /** Null: those are all there are. */
  unheard: NotHeard | null;
  /** The first of them, those that fire before the others. */
  alerts: SeenAlert[];
}

/** So many are kept as evidence, with so many of their labels. */
const most = { alerts: 5, labels: 10, text: 120 } as const;

/** Judge: what was told, as of an instant. */
export function alertsSeen(question: AlertsQuestion, record: AlertRecord, at: number): AlertsSeen {
  const { source, withinMs, about, unknown } = question;
  const heard = heardAsOf(record.heard, at, Math.min(withinMs, hearingMs));
  const frame = { source, at, heardAt: heard?.lastAt ?? null };
  if (unknown !== null)
    return {
      ...frame,
      firing: 0,
      unsure: 0,
      unheard: { kind: 'not-known-yet', reason: unknown },
      alerts: [],
    };
  const stand = about === 'now' ? standsAsTold : stoodThen;
  const unheard = unheardIn(record, heard, question, at);
  const isHeard = unheard === null || unheard.kind === 'too-many';
  const scope = {
    ...{ at, withinMs, confirmedBy: lastWord(record, heard, about) },
    heardSince: isHeard && heard ? heard.since : at,
  };
  const seen = [...Map.groupBy(record.episodes, ({ fingerprint }) => fingerprint).values()]
    .flatMap((episodes) => gravestOf(episodes.flatMap((one) => stand(one, scope) ?? [])) ?? [])
    .sort((one, other) => rank[one.stands] - rank[other.stands] || one.startsAt - other.startsAt);
  const firing = seen.filter(({ stands }) => stands === 'firing').length;
  return {
    ...frame,
    firing,
    unsure: seen.length - firing,
    unheard,
    alerts: seen.slice(0, most.alerts).map((one) => ({ ...one, labels: cutLabels(one.labels, question) })),
  };
}

interface Scope {
  at: number;
  withinMs: number;
  /** An end that was told later is not known. */
  confirmedBy: number;
  /** Without a silence; the instant itself where its source is not heard from. */
  heardSince: number;
}

/** The past is known by all that was told until today. */
function lastWord({ heard }: AlertRecord, then: Heard | null, about: AlertsQuestion['about']): number {
  if (about === 'before') return Math.max(...heard.map(({ until }) => until));
  return then?.lastAt ?? Number.NEGATIVE_INFINITY;
}

const rank = { firing: 0, contradicted: 1, unconfirmed: 2, silent: 3 } as const;

/** An alert that fires in one of its episodes fires, whatever is not known of another. */
function gravestOf(stands: readonly SeenAlert[]): SeenAlert | null {
  return stands.reduce<SeenAlert | null>(
    (gravest, one) => (gravest && rank[gravest.stands] <= rank[one.stands] ? gravest : one),
    null,
  );
}

/** As far as was told until then; null where it had ended, or was not told of yet. */
function standsAsTold(one: AlertEpisode, scope: Scope): SeenAlert | null {
  const { at, withinMs, confirmedBy } = scope;
  const { firstToldAt, lastToldAt, end, contradiction } = one;
  if (firstToldAt > at) return null;
  if (end && end.toldAt <= at) {
    const isDoubted = contradiction && contradiction.since <= at && contradiction.toldAt >= at - withinMs;
    if (isDoubted) return seenAs(one, 'contradicted', Math.min(contradiction.toldAt, at));
    return end.toldAt > confirmedBy ? seenAs(one, 'unconfirmed', end.toldAt) : null;
  }
  return goesOn(one, Math.min(lastToldAt, at), scope);
}

/** As of then it was told as firing lately, and not as resolved, or as firing all the same. */
export function wasFiring(
  { firstToldAt, lastToldAt, end, contradiction }: AlertEpisode,
  at: number,
): boolean {
  if (end && end.toldAt <= at)
    return contradiction !== null && contradiction.since <= at && contradiction.toldAt >= at - hearingMs;
  return firstToldAt <= at && lastToldAt >= at - hearingMs;
}

/** In hindsight, by the teller's own instants or what was told by then, as the teller's clock may be ahead; null where it had ended, or had not begun. */
function stoodThen(one: AlertEpisode, scope: Scope): SeenAlert | null {
  const { at, withinMs, confirmedBy } = scope;
  const { startsAt, firstToldAt, lastToldAt, end, contradiction } = one;
  if (startsAt > at && firstToldAt > at) return null;
  if (!end) return goesOn(one, lastToldAt, scope);
  if (end.endsAt > at && end.toldAt > at) return seenAs(one, 'firing', end.toldAt);
  const isDoubted = contradiction !== null && contradiction.toldAt >= at - withinMs;
  if (isDoubted) return seenAs(one, 'contradicted', contradiction.toldAt);
  return end.toldAt > confirmedBy ? seenAs(one, 'unconfirmed', end.toldAt) : null;
}

/** Its end was not told. One that was told only once may be of a route that repeats seldom. */
function goesOn(one: AlertEpisode, toldAt: number, { at, withinMs, heardSince }: Scope): SeenAlert | null {
  if (toldAt >= at - withinMs) return seenAs(one, 'firing', toldAt);
  const isOver = toldAt > one.firstToldAt && at - Math.max(toldAt, heardSince) >= untoldMs;
  return isOver ? null : seenAs(one, 'silent', toldAt);
}

function seenAs({ labels, startsAt }: AlertEpisode, stands: SeenAlert['stands'], toldAt: number): SeenAlert {
  return { labels, stands, startsAt, toldAt };
}

function unheardIn(
  { heard: stretches, anyFires, leftOut, keptSince, isCut }: AlertRecord,
  heard: Heard | null,
  { withinMs, about }: AlertsQuestion,
  at: number,
): NotHeard | null {
  if (at < keptSince) return { kind: 'not-kept' };
  if (!heard) {
    const since = Math.min(...stretches.map(({ from }) => from));
    return Number.isFinite(since) ? { kind: 'later', since } : { kind: 'never' };
  }
  if (heard.lastAt < at - Math.min(withinMs, hearingMs)) return { kind: 'silent', lastAt: heard.lastAt };
  if (!anyFires) return { kind: 'none-fires', lastAt: heard.lastAt };
  if (leftOut && leftOut.at >= at - withinMs && (about === 'before' || leftOut.at <= at))
    return { kind: 'left-out', ...leftOut };
  if (at - heard.since < settlesMs) return { kind: 'heard-again', since: heard.since };
  return isCut ? { kind: 'too-many' } : null;
}

/** Its name first, then what was asked for, then the rest by name. */
function cutLabels(
  labels: Record<string, string>,
  { labels: asked }: AlertsQuestion,
): Record<string, string> {
  const order = (name: string) => (name === 'alertname' ? 0 : Object.hasOwn(asked, name) ? 1 : 2);
  const kept = Object.entries(labels)
    .sort(([a], [b]) => order(a) - order(b) || (a < b ? -1 : 1))
    .slice(0, most.labels);
  return Object.fromEntries(kept.map(([name, value]) => [name, truncate(value, most.text)]));
}
