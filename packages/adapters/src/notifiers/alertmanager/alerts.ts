import type { Outgoing } from '@lastgood/domain/notification/delivery';
import type { Message } from '@lastgood/domain/notification/message';
import { incidentOf, type NotificationKind } from '@lastgood/domain/notification/notification';
import { fittingLines, fittingText } from '../fitting-text.ts';
import { type OpenAlert, openAlertOf } from './open-alert.ts';

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
  firingMs: number;
}

/** How long an alert fires that nothing follows and nobody has to answer: long enough that people are told of it. */
const wordMs = 3_600_000;

/** What is told beside the course of an incident, and changes nothing about what stands of it. */
const beside: readonly NotificationKind[] = ['rollback_notice', 'readiness_lost'];

/**
 * What a message does to the alerts of its incident. Alertmanager tells people of alerts that come and that go, and not that the
 * annotations of one have changed; so each stage is an alert of its own, and the stage before it is resolved, in one request. What is verified resolves
 * without another, unless nothing fires. The same message yields the same labels, so that it is one alert however often it is posted.
 * @param now epoch milliseconds
 */
export function alertsOf(
  outgoing: Outgoing,
  { labels: more, severities, firingMs }: AlertOptions,
  now: number,
): { alerts: PostedAlert[]; open: OpenAlert | null } {
  const { notification, message, earlier } = outgoing;
  const { kind, urgency, at } = notification;
  const before = openAlertOf(earlier);
  const own: OpenAlert = { labels: labelsOf(outgoing, severities[urgency]), startsAt: at };
  const alert = ({ labels, startsAt }: OpenAlert, endsAt: number): PostedAlert => ({
    labels: { ...more, ...labels },
    annotations: annotationsOf(message),
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(Math.max(startsAt, endsAt)).toISOString(),
    ...(message.link !== null && { generatorURL: message.link }),
  });
  if (kind === 'rolled_back' && before !== null) return { alerts: [alert(before, at)], open: null };
  const isWord = kind === 'rolled_back' || kind === 'rollback_notice';
  const firing = alert(own, Math.max(now, at) + (isWord ? Math.min(wordMs, firingMs) : firingMs));
  // Nothing fires that it could resolve, and of what comes resolved nobody is told.
  if (kind === 'rolled_back') return { alerts: [firing], open: null };
  if (beside.includes(kind)) return { alerts: [firing], open: before };
  const isSame = before !== null && JSON.stringify(before.labels) === JSON.stringify(own.labels);
  return { alerts: before === null || isSame ? [firing] : [alert(before, at), firing], open: own };
}

/** Names as Prometheus writes them: LastgoodRollbackSuggested. */
function labelsOf({ notification, message, to }: Outgoing, severity: string): Record<string, string> {
  const { kind, key, test } = notification;
  const { service, environment, team } = message;
  const labels = {
    alertname: `Lastgood${kind.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
    ...{ service, environment, team, severity, to, incident: incidentOf(notification), key },
    // By which routes and inhibitions can leave it aside.
    test: test ? 'true' : '',
  };
  const said = Object.entries(labels).map(([name, value]) => [name, fittingText(value ?? '', 300)]);
  // One that is empty is none for Alertmanager.
  return Object.fromEntries(said.filter(([, value]) => value !== ''));
}

function annotationsOf({ stage, title, text, facts, plan }: Message): Record<string, string> {
  const annotations = {
    ...Object.fromEntries(facts.map(({ name, value }) => [annotationName(name), fittingLines(value, 1_000)])),
    ...(plan.length > 0 && {
      plan: fittingLines(plan.map((step, index) => `${index + 1}. ${step}`).join('\n'), 2_000),
    }),
    ...{
      stage: fittingText(stage, 100),
      summary: fittingText(title, 500),
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
