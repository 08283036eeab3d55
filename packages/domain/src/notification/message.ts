import { comparisonSign, formatDuration, formatMoment, formatValue } from '../trigger/format.ts';
import { placeName } from './destination.ts';
import type { NotificationFacts, TriggerFact } from './facts.ts';
import type { InsteadOf, Notification, NotificationKind } from './notification.ts';

/** A notification in words, as every receiver shows it. */
export interface Message {
  /** Where the incident stands: "Rollback suggested". */
  stage: string;
  /** How it looks: red wants a person, amber is under way, green is done, grey is for the record. */
  tone: 'act' | 'under-way' | 'done' | 'plain';
  urgency: Notification['urgency'];
  title: string;
  text: string;
  service: string;
  environment: string | null;
  team: string | null;
  /** Beside each other, in this order. */
  facts: { name: string; value: string }[];
  /** The plan in short. */
  plan: string[];
  /** The page to act on; null where the server has no public address. */
  link: string | null;
}

const stages: Record<NotificationKind, { stage: string; tone: Message['tone'] }> = {
  rollout_failed: { stage: 'Rollout failed', tone: 'act' },
  held_version_back: { stage: 'A version that was taken back is back', tone: 'act' },
  rollback_suggested: { stage: 'Rollback suggested', tone: 'act' },
  rollback_waits: { stage: 'Rollback waits for evidence', tone: 'act' },
  rolling_back: { stage: 'Rolling back', tone: 'under-way' },
  rolled_back: { stage: 'Rolled back and verified', tone: 'done' },
  rollback_failed: { stage: 'Rollback stopped', tone: 'act' },
  rollback_notice: { stage: 'From the plan', tone: 'under-way' },
  readiness_lost: { stage: 'Cannot be rolled back any more', tone: 'act' },
  deployment_registered: { stage: 'Deployed', tone: 'plain' },
  deployment_verified: { stage: 'Verified', tone: 'done' },
  deployment_failed: { stage: 'Rollout failed', tone: 'act' },
  deployment_rolled_back: { stage: 'Rolled back', tone: 'plain' },
};

/** The longest plan in short. */
const mostSteps = 8;

/** @param publicUrl where people reach the server, without a slash at its end; null where nobody said */
export function messageOf(notification: Notification, publicUrl: string | null): Message {
  const { kind, urgency, title, text, service, facts, insteadOf, test = false } = notification;
  const { stage, tone } = stages[kind];
  return {
    ...{ stage: test ? `Test: ${stage}` : stage, tone },
    ...{ urgency, title, text },
    service: facts?.service.name ?? service,
    environment: facts?.service.environment ?? null,
    team: facts?.service.team ?? null,
    facts: [
      ...(facts ? factsInWords(facts, notification.at) : []),
      ...(insteadOf ? [{ name: 'Told here', value: insteadInWords(insteadOf) }] : []),
    ],
    plan: facts ? shortened(facts.plan) : [],
    link: publicUrl === null || test ? null : publicUrl + pathOf(notification),
  };
}

function pathOf({ runId, deploymentId }: Notification): string {
  return runId === null
    ? `/deployments/${encodeURIComponent(deploymentId)}`
    : `/runs/${encodeURIComponent(runId)}`;
}

function factsInWords(facts: NotificationFacts, at: number): Message['facts'] {
  const { versions, trigger, by = null, next, durationMs } = facts;
  return [
    ...(versions === null ? [] : [{ name: 'Version', value: versions }]),
    ...(trigger ? triggerInWords(trigger, at) : []),
    ...(by === null ? [] : [{ name: 'Asked for by', value: by }]),
    ...(durationMs === null ? [] : [{ name: 'Took', value: formatDuration(durationMs) }]),
    {
      name: 'Next',
      value: next === null ? 'Nothing happens by itself: it waits for a person.' : nextInWords(next, at),
    },
  ];
}

function triggerInWords(fact: TriggerFact, at: number): Message['facts'] {
  const { name, value, threshold, comparison, unit, words, since } = fact;
  const limit = `${comparisonSign(comparison)} ${formatValue(threshold, unit)}`;
  const measured =
    words ?? `${value === null ? 'not measured' : formatValue(value, unit)} (fires at ${limit})`;
  return [
    { name: 'Trigger', value: name },
    { name: 'Measured', value: measured },
    { name: 'Since', value: `${formatMoment(since, at)} (${formatDuration(at - since)})` },
  ];
}

/** Why it is told where it is read, and was not meant to be. */
export function insteadInWords({ since, refused, at, ...place }: InsteadOf): string {
  if (since === null) return `An earlier message of this did not reach ${placeName(place)} in time.`;
  const span = `since ${formatMoment(since, at)} (${formatDuration(at - since)})`;
  return `${placeName(place)} ${refused ? 'refuses' : 'does not take'} this ${span}.`;
}

function nextInWords({ text, at }: { text: string; at: number | null }, now: number): string {
  return at === null ? text : `${text} At ${formatMoment(at, now)}.`;
}

function shortened(plan: readonly string[]): string[] {
  const rest = plan.length - mostSteps;
  return rest > 0 ? [...plan.slice(0, mostSteps), `and ${rest} more`] : [...plan];
}
