import type { StandingChoice, StandingIncident } from '@lastgood/domain';
import type { OutboxRow, StoreWorld } from './world.ts';

const mostMessages = 30;

export function standingOf(
  world: StoreWorld,
  { notifier, withinMs, endedWithinMs, limit }: StandingChoice,
  now: number,
): StandingIncident[] {
  const agoMs = ({ deliveredAt = Number.NEGATIVE_INFINITY }: OutboxRow) => now - deliveredAt;
  const arrived = world.outbox.filter((row) => row.notifier === notifier && row.status === 'delivered');
  const lanes = Map.groupBy(arrived, ({ incident, to }) => JSON.stringify([incident, to]));
  return [...lanes.values()]
    .flatMap((lane) => {
      const latest = lane.findLast((row) => row.receipt !== null && agoMs(row) < withinMs);
      if (!latest) return [];
      const isLeft = Object.keys(latest.receipt ?? {}).length > 0;
      return isLeft || agoMs(latest) < endedWithinMs ? [{ latest, lane }] : [];
    })
    .sort((a, b) => agoMs(b.latest) - agoMs(a.latest) || Number(a.latest.id) - Number(b.latest.id))
    .slice(-limit)
    .map(({ latest: { incident, to }, lane }) => ({
      ...{ incident, to },
      told: lane.slice(-mostMessages).map((row) => ({ notification: row.notification, agoMs: agoMs(row) })),
    }));
}
