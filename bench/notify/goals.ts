import { type Goal, round } from '../goal.ts';
import { chunk, type Measured, type Took } from './measure.ts';

type Costs = ReadonlyMap<Measured, Took>;

/*
 * A page leaves within a second of being written. Whoever sends looks first what is late, then claims, then asks the receiver, which gets
 * half of that second; each of the two statements before it a quarter. Of 20 that were claimed together each is closed by one statement on one
 * of ten connections, behind which the next claim waits: 50 ms each are 100 ms.
 *
 * A round of triggers every 10 s may take a fifth of that, as `T6` has it, and reading alerts an eighth of this for 2,000 services, which are
 * eight chunks: 250 ms for each chunk. That an incident is over is written in the transaction of a chunk, at worst for all of it at once
 * (an outage ends): half a second there; 50 ms where a person waits who has released a hold.
 *
 * Everything is claimed in time however much was told before: what was delivered may at most double it, for noise. What waits may cost in
 * proportion, ten times as much for ten times as many, and half as much again for noise; alike what is read of alerts. What takes less than 5 ms is noise altogether, and counts as 5.
 */
export function goalsOf({ small, past, large }: Record<'small' | 'past' | 'large', Costs>): Goal[] {
  const most = (id: string, what: Measured, bound: number, words: string): Goal => ({
    ...{ id, value: large.get(what)?.p90 ?? Number.NaN, bound, keep: 'at-most' },
    what: `ms ${words}, p90; the median is ${round(large.get(what)?.p50 ?? Number.NaN)}`,
  });
  const grows = (id: string, what: Measured, to: Costs, bound: number, than: string): Goal => ({
    ...{
      id,
      value: atLeast(to.get(what)) / atLeast(small.get(what)),
      bound,
      keep: 'at-most',
    },
    what: `times as long ${than}, medians`,
  });
  const tenfold = (id: string, what: Measured) =>
    grows(id, what, large, 15, 'where ten times as much was told and waits');
  const beside = (id: string, what: Measured) =>
    grows(id, what, past, 2, 'where ten times as much was delivered, and as little waits');
  return [
    most('N1-claim.chat', 'claim.chat', 250, 'to claim 20 of what is due at a place that works'),
    most(
      'N1-claim.pager',
      'claim.pager',
      250,
      'to claim 20 at a place that refuses, pages behind what is stuck',
    ),
    most('N1-late.chat', 'late.chat', 250, 'to see that nothing is late'),
    most('N1-late.pager', 'late.pager', 250, 'to see what is late at a place that refuses'),
    most('N2-delivered', 'delivered', 50, 'to close what arrived'),
    most('N3-over.one', 'over.one', 50, 'to write that an incident is over, to whoever was told of it'),
    most('N3-over.chunk', 'over.chunk', 500, `to write it of ${chunk} incidents at once`),
    most('N3-over.read', 'over.read', 50, 'to see whether an incident is over'),
    most('N4-alerts', 'alerts', 250, `to read what the triggers of ${chunk} services ask of told alerts`),
    ...(['claim.chat', 'claim.pager', 'late.pager', 'delivered', 'over.one'] as const).map((what) =>
      beside(`N5-past.${what}`, what),
    ),
    ...(['claim.chat', 'claim.pager', 'late.pager', 'alerts'] as const).map((what) =>
      tenfold(`N6-tenfold.${what}`, what),
    ),
  ];
}

function atLeast(took: Took | undefined): number {
  return Math.max(5, took?.p50 ?? Number.NaN);
}
