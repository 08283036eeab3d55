import { comparisonSign, formatInstant, formatSpan, formatValue } from '../trigger/format.ts';
import { placeName } from './destination.ts';
import type { NotificationFacts, TriggerFact } from './facts.ts';
import { type InsteadOf, incidentOf, type Notification, type NotificationKind } from './notification.ts';
import { plainLine, plainLines } from './plain-text.ts';

/** What stands beside the parts of a message, and on its buttons. A receiver's layout has no words of its own. */
export const messageLabels = {
  service: 'Service',
  environment: 'Environment',
  team: 'Team',
  stage: 'Stage',
  text: 'Text',
  plan: 'Plan',
  /** Of the page to act on. */
  open: 'Open in Lastgood',
  rollBack: 'Roll back',
  undo: 'Undo',
  /** The notification's key, by which a receiver can tell that it comes twice. */
  key: 'Key',
  /** Who of several could not be told something before. */
  notReached: 'Not reached',
  happened: 'Happened',
} as const;

/** A notification in words, as every receiver shows it. Nothing in it breaks a line or is unseen: see `plain-text.ts`. */
export interface Message {
  /** Where the incident stands: "Rollback suggested". */
  stage: string;
  /** How it looks: red wants a person, amber is under way, green is done, grey is for the record. */
  tone: 'act' | 'under-way' | 'done' | 'plain';
  urgency: Notification['urgency'];
  title: string;
  /** Sentences; the only part with line breaks. */
  text: string;
  service: string;
  environment: string | null;
  team: string | null;
  /** The three as far as they are known: "cart · production · shop". */
  where: string;
  /** What the incident is about, the same in each of its messages: "cart (production) v42". */
  subject: string;
  /** When it became true, for what is told long after that: "2026-11-28 12:30:00 UTC". */
  happened: string;
  /** Beside each other, in this order. */
  facts: { name: string; value: string }[];
  /** The plan in short, a step a line with its number. */
  plan: string[];
  /** The page to act on; null where the server has no public address. */
  link: string | null;
  labels: Readonly<Record<keyof typeof messageLabels, string>>;
}

const stages: Record<NotificationKind, { stage: string; tone: Message['tone'] }> = {
  rollout_failed: { stage: 'Rollout failed', tone: 'act' },
  held_version_back: { stage: 'A version that was taken back is back', tone: 'act' },
  rollback_suggested: { stage: 'Rollback suggested', tone: 'act' },
  rollback_waits: { stage: 'Rollback waits for evidence', tone: 'act' },
  rolling_back: { stage: 'Rolling back', tone: 'under-way' },
  rolled_back: { stage: 'Rolled back and verified', tone: 'done' },
  rollback_failed: { stage: 'Rollback stopped', tone: 'act' },
  rollback_cancelled: { stage: 'Rollback cancelled', tone: 'plain' },
  rollback_notice: { stage: 'Note from the plan', tone: 'under-way' },
  readiness_lost: { stage: 'Way back lost', tone: 'act' },
  incident_over: { stage: 'Nothing to do any more', tone: 'plain' },
  deployment_registered: { stage: 'Deployed', tone: 'plain' },
  deployment_verified: { stage: 'Verified', tone: 'done' },
  deployment_failed: { stage: 'Rollout failed', tone: 'act' },
  deployment_rolled_back: { stage: 'Rolled back', tone: 'plain' },
  deployment_unproven: { stage: 'Not verified', tone: 'plain' },
  deployment_superseded: { stage: 'Replaced by a newer release', tone: 'plain' },
};

/** The longest plan in short. */
const mostSteps = 8;

/** @param publicUrl where people reach the server, without a slash at its end; null where nobody said */
export function messageOf(notification: Notification, publicUrl: string | null): Message {
  const { kind, urgency, title, text, service, facts, insteadOf, test = false } = notification;
  const { stage, tone } = stages[kind];
  const about = facts?.service ?? { name: service, environment: null, team: null };
  const [name = '', environment = null, team = null] = [about.name, about.environment, about.team].map(
    plainOrNull,
  );
  return {
    ...{ stage: test ? `Test: ${stage}` : stage, tone },
    urgency,
    title: plainLine(title),
    text: plainLines(text),
    ...{ service: name ?? '', environment, team },
    where: [name, environment, team].filter((part) => part !== null && part !== '').join(' · '),
    subject: plainLine(subjectOf(notification)),
    happened: formatInstant(notification.at),
    facts: [
      ...(facts ? factsInWords(facts, notification) : []),
      ...(insteadOf ? [{ name: 'Told here', value: insteadInWords(insteadOf) }] : []),
    ].map(({ name, value }) => ({ name, value: plainLine(value) })),
    plan: facts ? shortened(facts.plan).map(plainLine) : [],
    link: publicUrl === null || test ? null : publicUrl + pathOf(notification),
    labels: messageLabels,
  };
}

function plainOrNull(text: string | null): string | null {
  return text === null ? null : plainLine(text);
}

function pathOf({ runId, deploymentId }: Notification): string {
  return runId === null
    ? `/deployments/${encodeURIComponent(deploymentId)}`
    : `/runs/${encodeURIComponent(runId)}`;
}

function subjectOf(notification: Notification): string {
  const { service, facts } = notification;
  if (!facts) return `${service} ${incidentOf(notification)}`;
  const { from, service: about } = facts;
  const counted = from && from.release !== null ? `release ${from.release}` : null;
  return `${about.name} (${about.environment}) ${from?.version ?? counted ?? incidentOf(notification)}`;
}

function factsInWords(facts: NotificationFacts, told: Pick<Notification, 'kind' | 'at'>): Message['facts'] {
  const { versions, trigger, by = null, next, durationMs } = facts;
  return [
    ...(versions === null ? [] : [{ name: 'Version', value: versions }]),
    ...(trigger ? triggerInWords(trigger, told) : []),
    ...(by === null ? [] : [{ name: 'Asked for by', value: by }]),
    ...(durationMs === null ? [] : [{ name: 'Took', value: formatSpan(durationMs) }]),
    {
      name: 'Next',
      value: next === null ? 'Nothing happens by itself: it waits for a person.' : nextInWords(next),
    },
  ];
}

/** Why it is told where it is read, and was not meant to be. */
function insteadInWords({ since, refused, at, ...place }: InsteadOf): string {
  if (since === null) return `An earlier message of this did not reach ${placeName(place)} in time.`;
  const span = `since ${formatInstant(since)} (for ${formatSpan(at - since)})`;
  return `${placeName(place)} has ${refused ? 'refused' : 'not taken'} this ${span}.`;
}

/** What is told in the course of a rollback or after it, when nobody says whether the breach goes on. */
const afterBreach: readonly NotificationKind[] = [
  'rollback_notice',
  'rolled_back',
  'rollback_failed',
  'rollback_cancelled',
];

function triggerInWords(
  fact: TriggerFact,
  { kind, at }: Pick<Notification, 'kind' | 'at'>,
): Message['facts'] {
  const { name, since } = fact;
  const isOver = afterBreach.includes(kind);
  const held = isOver ? '' : ` (for ${formatSpan(at - since)})`;
  return [
    { name: 'Trigger', value: name },
    { name: 'Measured', value: `${measuredInWords(fact)}${isOver ? ', before the rollback' : ''}` },
    { name: 'Since', value: `${formatInstant(since)}${held}` },
  ];
}

/** "31 % (fires at > 5 %)" */
export function measuredInWords({ value, threshold, comparison, unit, words }: TriggerFact): string {
  const limit = `${comparisonSign(comparison)} ${formatValue(threshold, unit)}`;
  return words ?? `${value === null ? 'not measured' : formatValue(value, unit)} (fires at ${limit})`;
}

/** What follows, and when. A message is read later than it was written: the day is said. */
function nextInWords({ text, at }: { text: string; at: number | null }): string {
  return at === null ? text : `${text.replace(/\.$/, '')} (at ${formatInstant(at)}).`;
}

function shortened(plan: readonly string[]): string[] {
  const rest = plan.length - mostSteps;
  const steps = plan.slice(0, mostSteps).map((step, index) => `${index + 1}. ${step}`);
  return rest > 0 ? [...steps, `and ${rest} more`] : steps;
}
