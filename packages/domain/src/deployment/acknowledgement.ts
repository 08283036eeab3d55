import { eventAbout, type NewEvent } from '../audit/events.ts';
import { isDeciding, type RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { Deployment } from './deployment.ts';
import { type NamedRelease, releaseName } from './release-words.ts';

/**
 * Somebody has seen what fires and takes it on until then. It silences nothing but the call for attention: what was decided goes
 * on, and what begins to fire afterwards was not acknowledged. Instants are epoch milliseconds.
 */
export interface Acknowledgement {
  by: string;
  note: string | null;
  at: number;
  until: number;
  /** What fired at that time. */
  breaches: AcknowledgedBreach[];
  /** Who took it back: it is over, and the next slot says what comes of that. Absent where nobody did. */
  takenBackBy?: string;
}

/** One firing of one trigger; `since` is the slot in which it fired. */
export interface AcknowledgedBreach {
  trigger: string;
  since: number;
}

/** A trigger with its newest state; null when it has not been asked. */
interface AskedTrigger {
  trigger: RollbackTrigger;
  state: TriggerState | null;
}

/** Why an acknowledgement is over. */
export type AcknowledgementEnd = 'taken-back' | 'over' | 'recovered' | 'undeclared' | 'fired-anew';

/** What an acknowledgement would speak of: all that fires and is neither only logged nor a shadow. */
export function firingBreaches(triggers: readonly AskedTrigger[]): AcknowledgedBreach[] {
  return triggers.flatMap(({ trigger, state }) =>
    state?.phase === 'firing' && isDeciding(trigger) ? [{ trigger: trigger.name, since: state.since }] : [],
  );
}

/** Why it holds no longer; null while it does. */
export function acknowledgementEnd(
  { until, breaches, takenBackBy }: Pick<Acknowledgement, 'until' | 'breaches' | 'takenBackBy'>,
  triggers: readonly AskedTrigger[],
  now: number,
): AcknowledgementEnd | null {
  if (takenBackBy !== undefined) return 'taken-back';
  const firing = firingBreaches(triggers);
  const isKnown = (one: AcknowledgedBreach) =>
    breaches.some(({ trigger, since }) => trigger === one.trigger && since === one.since);
  if (firing.some((one) => !isKnown(one))) return 'fired-anew';
  if (firing.length === 0)
    return breaches.every((one) => isDeclared(one, triggers)) ? 'recovered' : 'undeclared';
  return now >= until ? 'over' : null;
}

/** Of what is not looked at any more nobody knows that it has recovered. */
function isDeclared({ trigger: name }: AcknowledgedBreach, triggers: readonly AskedTrigger[]): boolean {
  return triggers.some(({ trigger }) => trigger.name === name && isDeciding(trigger));
}

const why: Record<Exclude<AcknowledgementEnd, 'taken-back'>, string> = {
  over: 'its time has passed',
  recovered: 'nothing fires any more that calls somebody',
  undeclared: 'what fired is not declared any more, or only logged',
  'fired-anew': 'something began to fire after it',
};

/** What the timeline says of it: "ada acknowledged high_latency of v42 (release 3): on it". */
export function acknowledgedInWords(
  named: NamedRelease,
  { by, note, breaches }: Pick<Acknowledgement, 'by' | 'note' | 'breaches'>,
): string {
  const about = breaches.map(({ trigger }) => trigger).join(', ');
  return `${by} acknowledged ${about} of ${releaseName(named)}${note === null ? '.' : `: ${note}`}`;
}

/** What the timeline says of one that was taken back, as soon as it was. */
export function takenBackInWords(named: NamedRelease, by: string): string {
  return `${by} took back the acknowledgement of ${releaseName(named)}.`;
}

/** What the timeline says of its end by itself. */
export function acknowledgementEnded(
  { id, service, ...named }: Pick<Deployment, 'id' | 'service' | 'release' | 'version' | 'origin'>,
  { by }: Pick<Acknowledgement, 'by'>,
  end: Exclude<AcknowledgementEnd, 'taken-back'>,
  at: number,
): NewEvent {
  return eventAbout({
    type: 'deployment.acknowledgement-ended',
    at,
    service,
    deploymentId: id,
    text: `The acknowledgement of ${releaseName(named)} by ${by} is over: ${why[end]}.`,
    data: { by, end },
  });
}

/** The acknowledgement while it holds; null when there is none any more. */
export function acknowledgementInForce<T extends Pick<Acknowledgement, 'until' | 'breaches' | 'takenBackBy'>>(
  acknowledgement: T | null,
  triggers: readonly AskedTrigger[],
  now: number,
): T | null {
  if (!acknowledgement) return null;
  return acknowledgementEnd(acknowledgement, triggers, now) === null ? acknowledgement : null;
}
