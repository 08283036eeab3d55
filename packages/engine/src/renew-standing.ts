import {
  messageOf,
  type Notifier,
  type Outbox,
  type Renewal,
  type RetoldIncident,
  type StandingIncident,
} from '@lastgood/domain';
import { type Clock, withDeadline } from './clock.ts';

export interface RenewalDependencies {
  outbox: Pick<Outbox, 'standing'>;
  clock: Clock;
  /** Where people reach the server, for the links in messages; null where nobody said. */
  publicUrl: string | null;
  /** For what is said again at once. */
  withinMs: number;
  /** Told why nothing could be said again, a sentence. */
  onFailed(notifier: string, reason: string): void;
}

/** An incident of which nothing was told for longer is not said again: somebody has let it lie. */
const forgottenAfterMs = 7 * 24 * 3_600_000;
/** So many are said again, those of which something was told last. */
const mostIncidents = 200;
/** What is told meanwhile is said again too, as what is said of before it may have come after it. */
const mostRounds = 3;

/** Says again what stands at a notifier whose receiver forgets it. The same may be said by several replicas at once. */
export async function renewStanding(
  { outbox, ...deps }: RenewalDependencies,
  { name, renewal }: Pick<Notifier, 'name' | 'renewal'>,
  signal: AbortSignal,
): Promise<void> {
  if (!renewal) return;
  const { endedWithinMs } = renewal;
  const said = new Map<string, string>();
  for (let round = 0; round < mostRounds && !signal.aborted; round += 1) {
    const standing = await outbox.standing({
      ...{ notifier: name, withinMs: forgottenAfterMs, endedWithinMs, limit: mostIncidents },
    });
    const news = standing.filter((one) => said.get(placeOf(one)) !== newestOf(one));
    if (news.length === 0) return;
    for (const one of news) said.set(placeOf(one), newestOf(one));
    const failed = await renew(deps, renewal, news, signal);
    if (failed !== null) return signal.aborted ? undefined : deps.onFailed(name, failed);
  }
}

function renew(
  { clock, publicUrl, withinMs }: Omit<RenewalDependencies, 'outbox'>,
  renewal: Renewal,
  incidents: readonly StandingIncident[],
  signal: AbortSignal,
): Promise<string | null> {
  const retold = incidents.map(
    ({ told, ...place }): RetoldIncident => ({
      ...place,
      told: told.map((one) => ({ ...one, message: messageOf(one.notification, publicUrl) })),
    }),
  );
  return withDeadline(clock, withinMs, signal, (deadline) => renewal.renew(retold, deadline));
}

const placeOf = ({ incident, to }: StandingIncident) => JSON.stringify([incident, to]);
const newestOf = ({ told }: StandingIncident) => told.at(-1)?.notification.key ?? '';
