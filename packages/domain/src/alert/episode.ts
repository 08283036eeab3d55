import type { ToldAlert } from './told-alert.ts';

/*
 * An alert fires in episodes: from an instant on, and perhaps until another. What is told of it may come twice, late, in another order
 * and by several replicas of whoever tells it, of which each knows a little less or more. So what is told is never taken for newer
 * because it came later; the teller's own instants say which episode it is about:
 *
 * - firing since S is a new episode where S is after every end that was told, else it contradicts one of those;
 * - resolved at E ends every episode that began until then, and none that began later.
 *
 * A contradiction is no state of its own: whether the alert fires is not known while it is told. It may be a replica that lags behind,
 * and it may be an alert that never ended, because whoever evaluates it was cut off for a while. One that goes on to be told as
 * firing for `reopensMs`, without an end in between, did not end.
 */

/** One time that an alert fires. */
export interface AlertEpisode {
  fingerprint: string;
  labels: Record<string, string>;
  /** By the teller's clock. */
  startsAt: number;
  /** By Lastgood's own clock, as all that is called told. */
  firstToldAt: number;
  /** As firing. */
  lastToldAt: number;
  end: AlertEnd | null;
  /** Told as firing after it was told as resolved. */
  contradiction: { since: number; toldAt: number } | null;
}

export interface AlertEnd {
  /** By the teller's clock. */
  endsAt: number;
  toldAt: number;
}

/** Longer than an alert that whoever evaluates it has stopped to send lives on in a replica that was cut off. */
export const reopensMs = 15 * 60_000;

/**
 * One that was told as firing repeatedly, and then not for so long though its source is heard, was silenced, inhibited, or its end was
 * lost: it counts no more.
 */
export const untoldMs = 15 * 60_000;

/** What was told as firing and never spoken of again is forgotten after so long: nobody who still knew it would be silent. */
export const silentForgottenMs = 7 * 24 * 60 * 60_000;

/** After so long without a word, what contradicts an end is another matter. */
const sameDoubtMs = 10 * 60_000;

/**
 * Judge: the episodes of one alert, when something is told of it.
 * @param known its episodes so far
 * @param at by Lastgood's own clock
 */
export function advanceEpisodes(known: readonly AlertEpisode[], told: ToldAlert, at: number): AlertEpisode[] {
  return told.status === 'firing' ? fires(known, told, at) : ends(known, told, at);
}

function fires(known: readonly AlertEpisode[], told: ToldAlert, at: number): AlertEpisode[] {
  const ended = known.filter((one) => endOf(one) >= told.startsAt);
  const [latest] = ended.toSorted((one, other) => endOf(other) - endOf(one));
  if (latest) {
    const contradiction = contradictionOf(latest, at);
    if (at - contradiction.since < reopensMs)
      return known.map((one) => (one === latest ? { ...one, contradiction } : one));
    return known.map((one) => (ended.includes(one) ? { ...one, ...reopened, lastToldAt: at } : one));
  }
  const same = known.find(({ startsAt }) => startsAt === told.startsAt);
  if (same) return known.map((one) => (one === same ? { ...one, lastToldAt: at } : one));
  return [...known, { ...begun(told, at), end: null }];
}

const reopened = { end: null, contradiction: null };

function ends(known: readonly AlertEpisode[], told: ToldAlert, at: number): AlertEpisode[] {
  const endsAt = Math.max(told.endsAt ?? told.startsAt, told.startsAt);
  const isSame = ({ startsAt }: AlertEpisode) => startsAt === told.startsAt;
  const isKnown = known.some(
    (one) => isSame(one) || (one.startsAt <= endsAt && (one.end === null || endOf(one) >= endsAt)),
  );
  const after = known.map((one): AlertEpisode => {
    if (one.startsAt > endsAt) return one;
    if (one.end === null) return { ...one, end: { endsAt, toldAt: at }, contradiction: null };
    if (endsAt < one.end.endsAt) return one;
    // Of two ends that are told of one episode the later is true.
    const end = isSame(one) ? { ...one.end, endsAt } : one.end;
    return { ...one, end, contradiction: null };
  });
  return isKnown ? after : [...after, { ...begun(told, at), end: { endsAt, toldAt: at } }];
}

function begun({ fingerprint, labels, startsAt }: ToldAlert, at: number): Omit<AlertEpisode, 'end'> {
  return { fingerprint, labels, startsAt, firstToldAt: at, lastToldAt: at, contradiction: null };
}

function contradictionOf({ contradiction }: AlertEpisode, at: number) {
  const isSame = contradiction !== null && at - contradiction.toldAt <= sameDoubtMs;
  return { since: isSame ? contradiction.since : at, toldAt: at };
}

function endOf({ end }: AlertEpisode): number {
  return end?.endsAt ?? Number.NEGATIVE_INFINITY;
}
