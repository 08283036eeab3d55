import type { Outgoing } from '@lastgood/domain/notification/delivery';
import type { NotificationFacts, ReleaseFact, TriggerFact } from '@lastgood/domain/notification/facts';
import { type Message, measuredInWords } from '@lastgood/domain/notification/message';
import { incidentOf, type Notification } from '@lastgood/domain/notification/notification';
import { plainLine } from '@lastgood/domain/notification/plain-text';

/** What a webhook receives. Members are only ever added under one `version`; a receiver ignores those it does not know. */
export interface WebhookDocument {
  /** Of this form. Another one has another number, and is told of beforehand. */
  version: 1;
  /** One of `peopleKinds`. */
  type: Notification['kind'];
  /** When it became true, ISO 8601 in UTC. Not when it was sent. */
  timestamp: string;
  data: {
    /** The same event has the same key however often it is delivered; equal to the header `webhook-id`. */
    key: string;
    /** The same for all that is said about one deployment in trouble. */
    incident: string;
    /** `page` wants to wake somebody, `info` does not. */
    urgency: Notification['urgency'];
    /** `cluster/namespace/name` */
    service: string;
    cluster: string;
    namespace: string;
    name: string;
    /** Null, as all that follows, where it is not known. */
    environment: string | null;
    team: string | null;
    deploymentId: string;
    /** Null for a suggestion: nothing runs yet. */
    runId: string | null;
    /** Quiet hours held it back: it is sent later than it was true. */
    heldBack: boolean;
    /** Where the incident stands, in words. */
    stage: string;
    /** One line. */
    title: string;
    /** Why, and what to do next. */
    text: string;
    /** The release that is in question, and the one to go back to. */
    from: ReleaseFact | null;
    to: ReleaseFact | null;
    trigger: TriggerDocument | null;
    /** The person who asked for the rollback. */
    by: string | null;
    /** What Lastgood does next by itself, and when (ISO 8601 in UTC; null where no time is set); null where it waits for a person. */
    next: { text: string; at: string | null } | null;
    /** The titles of the steps, in order. */
    plan: string[];
    /** From the start of the rollback to its end; null before. */
    durationMs: number | null;
    /** The page to act on; null where the server has no public address. */
    link: string | null;
    /** The same in the words that people are shown, in this order. */
    facts: { name: string; value: string }[];
  };
}

interface TriggerDocument {
  name: string;
  /** Null where nothing was measured, or no number was (`words` says which). */
  value: number | null;
  comparison: 'greater_than' | 'less_than';
  threshold: number;
  /** Of both: `ratio`, `s`, `restarts`, ... */
  unit: string;
  /** Both in words: "31 % (fires at > 5 %)". */
  words: string;
  /** When the breach began, ISO 8601 in UTC. */
  since: string;
}

export function webhookDocument({ notification, message }: Pick<Outgoing, 'notification' | 'message'>) {
  const { kind, at, key, urgency, service, deploymentId, runId, facts } = notification;
  const [cluster = '', namespace = '', name = service] = service.split('/');
  const { stage, title, textAlone: text, environment, team, link } = message;
  const document: WebhookDocument = {
    version: 1,
    type: kind,
    timestamp: instant(at),
    data: {
      ...{ key, incident: incidentOf(notification), urgency },
      ...{ service, cluster, namespace, name, environment, team, deploymentId, runId },
      heldBack: notification.heldBack ?? false,
      ...{ stage, title, text },
      ...factsOf(facts),
      ...{ link, facts: shownFacts(message) },
    },
  };
  return document;
}

/** Each named: what else a notification has stays in the house. */
function factsOf(facts: NotificationFacts | undefined) {
  const { from = null, to = null, trigger = null, by = null, next = null, durationMs = null } = facts ?? {};
  return {
    ...{ from: from && releaseOf(from), to: to && releaseOf(to) },
    trigger: trigger && triggerOf(trigger),
    by: by && plainLine(by),
    next: next && { text: plainLine(next.text), at: next.at === null ? null : instant(next.at) },
    plan: (facts?.plan ?? []).map(plainLine),
    durationMs,
  };
}

function releaseOf({ release, version, commit }: ReleaseFact): ReleaseFact {
  return { release, version, commit };
}

function triggerOf(trigger: TriggerFact): TriggerDocument {
  const { value, comparison, threshold, since } = trigger;
  return {
    ...{ name: plainLine(trigger.name), value, comparison, threshold, unit: plainLine(trigger.unit) },
    ...{ words: plainLine(measuredInWords(trigger)), since: instant(since) },
  };
}

function shownFacts({ facts }: Message): { name: string; value: string }[] {
  return facts.map(({ name, value }) => ({ name, value }));
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
