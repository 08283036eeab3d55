import { comparisonSign, formatBeside, formatInstant, formatSpan, formatValue } from '../trigger/format.ts';
import { besideFacts } from './beside-facts.ts';
import { placeName } from './destination.ts';
import type { NotificationFacts, TriggerFact } from './facts.ts';
import { toldAfterwards } from './held-back.ts';
import { type InsteadOf, incidentOf, type Notification, type NotificationKind } from './notification.ts';
import { standsInWords } from './partly-over.ts';
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
  /** Of what is said elsewhere from now on: another alert of the incident. */
  goesOn: 'It goes on under the alert',
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
  /** Sentences, beside the facts; this and the next are the only parts with line breaks. */
  text: string;
  /** The same for where no facts are beside it: the sentence of a decision with its breach. */
  textAlone: string;
  service: string;
  environment: string | null;
  team: string | null;
  /**
   * All of it for one line, as a push, an SMS or a list shows it, the first the most important: the title, the value against its threshold,
   * the environment, what follows.
   */
  brief: string[];
  /** The stage, and whether it waits for a person: "Rollback suggested, waits for a person". */
  stageWithNext: string;
  /** The three as far as they are known: "cart · production · shop". */
  where: string;
  /** What the incident is about: "cart (production) v42: high_error_rate 8.2 % > 5 %". */
  subject: string;
  /** When it became true: "2026-11-28 12:30:00 UTC". */
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
  still_wrong: { stage: 'Not rolled back, and still wrong', tone: 'act' },
  rollback_notice: { stage: 'Note from the plan', tone: 'under-way' },
  readiness_lost: { stage: 'Way back lost', tone: 'act' },
  drill_overdue: { stage: 'Drill overdue', tone: 'act' },
  taken_on: { stage: 'Somebody is at it', tone: 'under-way' },
  partly_over: { stage: 'Partly over', tone: 'under-way' },
  incident_over: { stage: 'Nothing to do any more', tone: 'plain' },
  deployment_registered: { stage: 'Rolling out', tone: 'plain' },
  deployment_verified: { stage: 'Verified', tone: 'done' },
  deployment_failed: { stage: 'Rollout failed', tone: 'act' },
  deployment_rolled_back: { stage: 'Rolled back', tone: 'plain' },
  deployment_unproven: { stage: 'Not verified', tone: 'plain' },
  deployment_superseded: { stage: 'Replaced by a newer release', tone: 'plain' },
};

/** What was held back is not under way any more. */
function stageOf({ kind, facts, heldBack }: Notification): { stage: string; tone: Message['tone'] } {
  const isLost = kind === 'rollback_suggested' && facts?.nothingToGoBackTo === true;
  const isUnseen = kind === 'incident_over' && facts?.isUnseen === true;
  const { stage, tone } = {
    ...stages[kind],
    ...(isLost && { stage: 'Nothing to go back to' }),
    ...(isUnseen && { stage: 'Not looked at any more' }),
  };
  if (!heldBack) return { stage, tone };
  return { stage: `Held back: ${stage}`, tone: tone === 'under-way' ? 'plain' : tone };
}

/** The longest plan in short. */
const mostSteps = 8;

/** @param publicUrl where people reach the server, without a slash at its end; null where nobody said */
export function messageOf(told: Notification, publicUrl: string | null): Message {
  const notification = withStanding(toldAfterwards(told));
  const { urgency, title, text, service, facts, insteadOf, test } = notification;
  const { stage, tone } = stageOf(notification);
  const about = facts?.service ?? { name: service, environment: null, team: null };
  const [name = '', environment = null, team = null] = [about.name, about.environment, about.team].map(
    plainOrNull,
  );
  return {
    ...{ stage: test ? `Test: ${stage}` : stage, tone },
    urgency,
    title: plainLine(title),
    text: plainLines(besideFacts(notification)),
    textAlone: plainLines(text),
    brief: briefOf(notification).map(plainLine),
    stageWithNext: tone === 'act' && facts?.next === null ? `${stage}, ${waits}` : stage,
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

/** What is over in part says what is not. */
function withStanding(notification: Notification): Notification {
  const { kind, text, stands } = notification;
  return kind === 'partly_over'
    ? { ...notification, text: `${text} ${standsInWords(stands)}` }
    : notification;
}

function plainOrNull(text: string | null): string | null {
  return text === null ? null : plainLine(text);
}

function pathOf({ runId, deploymentId, drill, service }: Notification): string {
  if (drill) return `/services/${service.split('/').map(encodeURIComponent).join('/')}`;
  return runId === null
    ? `/deployments/${encodeURIComponent(deploymentId)}`
    : `/runs/${encodeURIComponent(runId)}`;
}

function subjectOf(notification: Notification): string {
  const { service, facts } = notification;
  if (!facts) return `${service} ${incidentOf(notification)}`;
  const { from, service: about } = facts;
  // It is about the service, whichever release serves.
  if (notification.drill) return `${about.name} (${about.environment}): way back not practised`;
  const counted = from && from.release !== null ? `release ${from.release}` : null;
  const what = `${about.name} (${about.environment}) ${from?.version ?? counted ?? incidentOf(notification)}`;
  return facts.trigger ? `${what}: ${measuredInShort(facts.trigger)}` : what;
}

type Told = Pick<Notification, 'kind' | 'at' | 'heldBack'>;

function factsInWords(facts: NotificationFacts, told: Told): Message['facts'] {
  const { versions, trigger, by = null, next, durationMs } = facts;
  return [
    ...(versions === null ? [] : [{ name: 'Version', value: versions }]),
    ...(trigger ? triggerInWords(trigger, told) : []),
    ...(by === null ? [] : [{ name: 'Asked for by', value: by }]),
    ...(durationMs === null ? [] : [{ name: 'Took', value: formatSpan(durationMs) }]),
    {
      name: 'Next',
      value: next === null ? `Nothing happens by itself: it ${waits}.` : nextInWords(next),
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

const beforeRollback = ', before the rollback';

function isAfterBreach(kind: NotificationKind, { isPast }: TriggerFact): boolean {
  return isPast === true || afterBreach.includes(kind);
}

function triggerInWords(fact: TriggerFact, { kind, at, heldBack }: Told): Message['facts'] {
  const { name, since } = fact;
  const then = isAfterBreach(kind, fact) ? beforeRollback : heldBack ? ', then' : '';
  const held = then === '' ? ` (for ${formatSpan(at - since)})` : '';
  return [
    { name: 'Trigger', value: name },
    { name: 'Measured', value: `${measuredInWords(fact)}${then}` },
    { name: fact.unit === 'alerts' ? 'Counted since' : 'Since', value: `${formatInstant(since)}${held}` },
  ];
}

/** "31 % (fires at > 5 %)" */
export function measuredInWords({ value, threshold, comparison, unit, words }: TriggerFact): string {
  const limit = `${comparisonSign(comparison)} ${formatValue(threshold, unit)}`;
  return (
    words ?? `${value === null ? 'not measured' : formatBeside(value, threshold, unit)} (fires at ${limit})`
  );
}

/** "high_error_rate 31 % > 5 %" */
function measuredInShort(fact: TriggerFact): string {
  const { name, value, threshold, comparison, unit, words } = fact;
  const isBreach = value !== null && (comparison === 'greater_than' ? value > threshold : value < threshold);
  if (words !== null || !isBreach) return `${name} ${measuredInWords(fact)}`;
  const limit = `${comparisonSign(comparison)} ${formatValue(threshold, unit)}`;
  return `${name} ${formatBeside(value, threshold, unit)} ${limit}`;
}

const waits = 'waits for a person';

function briefOf({ kind, title, facts }: Notification): string[] {
  if (!facts) return [title];
  const { trigger, service, next } = facts;
  return [
    title.replace(/\.$/, ''),
    ...(trigger ? [`${measuredInShort(trigger)}${isAfterBreach(kind, trigger) ? beforeRollback : ''}`] : []),
    service.environment,
    next === null ? waits : nextInWords(next).replace(/\.$/, ''),
  ];
}

/** What follows, and when. A message is read later than it was written: the day is said. */
function nextInWords({ text, at }: { text: string; at: number | null }): string {
  return at === null ? text : `${text.replace(/\.$/, '')} at ${formatInstant(at)}.`;
}

function shortened(plan: readonly string[]): string[] {
  const rest = plan.length - mostSteps;
  const steps = plan.slice(0, mostSteps).map((step, index) => `${index + 1}. ${step}`);
  return rest > 0 ? [...steps, `and ${rest} more`] : steps;
}
