import type { AlertsQuestion } from '../../../alert/alerts-question.ts';
import { mostTold } from '../../../alert/told-alert.ts';
import { formatSpan } from '../../format.ts';
import { notKnownYet } from '../../not-known-yet.ts';
import type { AlertsPart } from '../../part.ts';
import { triggerVariables } from '../../trigger-frame.ts';
import type { TriggerFault, TriggerKind, TriggerSubject } from '../trigger-kind.ts';
import { type AlertTrigger, type Declared, defaults, members } from './declared.ts';
import { filled, placeholdersIn, unknownPlaceholder } from './fill.ts';
import { alertsPart, judgeAlerts } from './judge.ts';
import { alertParts, askedAlert, describeAlerts } from './words.ts';

export type { AlertTrigger } from './declared.ts';

const known = Object.keys(triggerVariables).join(', ');

/*
 * An alert that somebody else evaluates, by its labels: the reading is how many of those fire. One fires while the last thing that was
 * told of it is that it fires, and that was told lately. That none fires can be said only of a source that was heard from lately,
 * whatever it told: who tells of alerts says nothing while none fires, so one alert that always fires has to be routed to Lastgood.
 * Whatever else is the case it could not be asked, whatever `onNoData` says: who is not heard from is not known to be well.
 *
 * Before a deployment is asked in hindsight, by the instants that the teller gives: an alert is told of a while after it began to fire.
 */
export const alert: TriggerKind<AlertTrigger, Declared, AlertsPart> = {
  kind: 'alert',
  summary: 'Alerts that others evaluate and tell of, by their labels: how many of them fire.',
  members,
  overridable: {
    threshold: { title: 'threshold', words: ({ threshold }) => String(threshold) },
    forDuration: { title: 'lasting', words: ({ forMs }) => formatSpan(forMs) },
  },
  lint: lintDeclared,
  accept(declared, common) {
    const { within, forDuration, ...same } = { ...defaults, ...declared };
    const own = { ...same, kind: 'alert', unit: 'alerts' } as const;
    return { ...common, ...own, withinMs: within * 1000, forMs: forDuration * 1000 };
  },
  declare: ({ source, labels, withinMs, threshold, comparison, forMs }) => ({
    ...{ source, labels, threshold, comparison },
    ...{ within: withinMs / 1000, forDuration: forMs / 1000 },
  }),
  queries: () => [],
  asksBesides: (trigger) => [{ member: 'labels', declared: askedAlert(trigger) }],
  ask: (trigger, subject) => [partOf(trigger, subject, 'now')],
  askWhetherBefore: (trigger, subject) => [partOf(trigger, subject, 'before')],
  judge: judgeAlerts,
  keepsParts: true,
  readsOtherThanNumbers: false,
  words: alertParts,
  limit: () => null,
  describe: describeAlerts,
};

function partOf(
  { source, labels, withinMs }: AlertTrigger,
  { variables }: TriggerSubject,
  about: AlertsQuestion['about'],
): AlertsPart {
  const texts = [source, ...Object.values(labels)];
  const missing = texts.flatMap(placeholdersIn).find((name) => !variables[name]);
  const alerts: AlertsQuestion = {
    source: filled(source, variables),
    labels: Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, filled(text, variables)])),
    ...{ withinMs, about },
    unknown: missing === undefined ? tooLong(texts, variables) : notKnownYet(missing),
  };
  return { name: alertsPart, alerts };
}

/** A longer one is not kept, so of it nobody could say that it was not told. */
function tooLong(texts: readonly string[], variables: TriggerSubject['variables']): string | null {
  const isLong = texts.some((text) => filled(text, variables).length > mostTold.labelValue);
  return isLong ? `a label that is asked for has more than ${mostTold.labelValue} characters` : null;
}

function lintDeclared({ source = defaults.source, labels }: Declared): TriggerFault[] {
  const texts = [
    { path: '/source', text: source },
    ...Object.entries(labels).map(([name, text]) => ({ path: `/labels/${name}`, text })),
  ];
  return texts.flatMap(({ path, text }) => {
    const unknown = unknownPlaceholder(text);
    if (unknown === null) return [];
    return [{ path, message: `has $${unknown}, which is not known; known are ${known}.` }];
  });
}
