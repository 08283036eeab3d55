import type { Outgoing } from '@lastgood/domain/notification/delivery';
import type { Message } from '@lastgood/domain/notification/message';
import {
  incidentOf,
  type Notification,
  type NotificationKind,
} from '@lastgood/domain/notification/notification';
import { briefly, fittingLines, fittingText } from '../fitting-text.ts';
import { type LeftFiring, leftFiring, type OpenAlert } from './open-alert.ts';

/** One alert as API v2 takes it: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
export interface PostedAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL?: string;
}

export interface AlertOptions {
  labels: Record<string, string>;
  severities: { page: string; info: string };
  /** How long an alert fires that is not posted again. */
  firingMs: number;
}

/** Of ours, in characters. */
const longestLabel = 300;

/** How long a word fires, that nothing follows and nobody has to answer: long enough that people are told of it. */
export const wordMs = 3_600_000;

/** What an incident's alerts make of what is told. */
export interface Step {
  /**
   * `stage`: it fires until the next one. `beside`: it fires, and changes nothing of the stage. `remark`: so it does, until anything is told
   * after it. `word`: it fires for a while.
   */
  fires: 'stage' | 'beside' | 'remark' | 'word' | 'nothing';
  /** Whether what fires of the incident is resolved by it. */
  ends: boolean;
}

const steps: Partial<Record<NotificationKind, Step>> = {
  readiness_lost: { fires: 'beside', ends: false },
  rollback_notice: { fires: 'word', ends: false },
  rolled_back: { fires: 'word', ends: true },
  rollback_cancelled: { fires: 'word', ends: true },
  // It fires on.
  taken_on: { fires: 'nothing', ends: false },
  // It says what wants a person still.
  partly_over: { fires: 'remark', ends: false },
  incident_over: { fires: 'nothing', ends: true },
};

export function stepOf({ kind }: Pick<Notification, 'kind'>): Step {
  return steps[kind] ?? { fires: 'stage', ends: false };
}

/** What is told, as an alert shows it. */
export type Said = Pick<Outgoing, 'notification' | 'message' | 'to'>;

/**
 * What a message does to the alerts of its incident. Alertmanager tells people of alerts that come and that go, and not that the annotations
 * of one have changed; so each stage is an alert of its own, and the stage before it is resolved, in one request. What comes and goes within
 * `group_wait` it tells nobody of: so the end of an incident is an alert that fires too, and not only the resolution of the stage before.
 * The same message yields the same labels, so that it is one alert however often it is posted.
 * @param now epoch milliseconds
 */
export function alertsOf(
  { earlier, passed = [], ...said }: Outgoing,
  options: AlertOptions,
  now: number,
): { alerts: PostedAlert[]; left: LeftFiring } {
  const { at } = said.notification;
  const before = leftFiring(earlier);
  const own = openedBy(said, options);
  const { fires, ends } = stepOf(said.notification);
  const until = Math.max(now, at) + (fires === 'word' ? wordMs : options.firingMs);
  const mayStand = passed
    .filter((notification) => stepOf(notification).fires === 'stage')
    .map((notification) => openedBy({ ...said, notification }, options));
  const over = [before.stage, ...mayStand].filter((stage) => isReplaced(stage, own, said));
  return {
    alerts: [
      ...over.flatMap((stage) => (stage ? [alertOf(stage, said, options, at)] : [])),
      ...(fires === 'nothing' ? [] : [alertOf(own, said, options, until)]),
    ],
    left: {
      stage: ends ? null : fires === 'stage' ? own : before.stage,
      beside: !ends && (before.beside || fires === 'beside' || fires === 'remark'),
    },
  };
}

/** Whether a message ends the stage that fires: its own alert, posted again, does not. */
export function isReplaced(
  stage: OpenAlert | null,
  own: OpenAlert,
  { notification }: Pick<Said, 'notification'>,
): boolean {
  const { fires, ends } = stepOf(notification);
  const isSame = stage !== null && JSON.stringify(stage.labels) === JSON.stringify(own.labels);
  return stage !== null && !isSame && (ends || fires === 'stage');
}

/** The alert that a message fires. */
export function openedBy(said: Said, { severities }: AlertOptions): OpenAlert {
  const { at, urgency } = said.notification;
  return { labels: labelsOf(said, severities[urgency]), startsAt: at };
}

/** @param said what its annotations tell of: of one that is resolved what happened  @param endsAt epoch milliseconds */
export function alertOf(
  { labels, startsAt }: OpenAlert,
  { message, notification }: Pick<Said, 'message' | 'notification'>,
  { labels: more }: AlertOptions,
  endsAt: number,
): PostedAlert {
  const isAnothers = labels.key !== fittingText(notification.key, longestLabel);
  const annotations = annotationsOf(message);
  // It goes on under the alert of what is told, unless that ends it.
  if (isAnothers && !stepOf(notification).ends)
    annotations.summary = `${message.labels.goesOn}: ${annotations.summary}`;
  return {
    labels: { ...more, ...labels },
    annotations,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(Math.max(startsAt, endsAt)).toISOString(),
    ...(message.link !== null && { generatorURL: message.link }),
  };
}

/** Names as Prometheus writes them: LastgoodRollbackSuggested. */
function labelsOf({ notification, message, to }: Said, severity: string): Record<string, string> {
  const { kind, key, test } = notification;
  const { service, environment, team } = message;
  const labels = {
    alertname: `Lastgood${kind.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
    ...{ service, environment, team, severity, to, incident: incidentOf(notification), key },
    // By which routes and inhibitions can leave it aside.
    test: test ? 'true' : '',
  };
  const said = Object.entries(labels).map(([name, value]) => [name, fittingText(value ?? '', longestLabel)]);
  // One that is empty is none for Alertmanager.
  return Object.fromEntries(said.filter(([, value]) => value !== ''));
}

function annotationsOf({ stage, brief, text, facts, plan }: Message): Record<string, string> {
  const annotations = {
    ...Object.fromEntries(facts.map(({ name, value }) => [annotationName(name), fittingLines(value, 1_000)])),
    ...(plan.length > 0 && {
      plan: fittingLines(plan.join('\n'), 2_000),
    }),
    ...{
      stage: fittingText(stage, 100),
      summary: briefly(brief, 500),
      description: fittingLines(text, 4_000),
    },
  };
  return Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== ''));
}

function annotationName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
    .replace(/^(?=\d)/, '_');
}
