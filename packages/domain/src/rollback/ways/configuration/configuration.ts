import type { TSchema } from 'typebox';
import { releaseName } from '../../../deployment/release-words.ts';
import { workloadsOf } from '../../../service/service.ts';
import {
  configurationInWords,
  isSameConfiguration,
  mostConfigurations,
} from '../../../workload/configuration.ts';
import type { AnsweredFact } from '../../need.ts';
import type { Stays } from '../../stays.ts';
import type { RollbackContext, Way, WayStep } from '../way.ts';
import { type ConfigurationChange, isConfigurationChange } from './change.ts';
import { configurationDifferences, keysInWords } from './differences.ts';
import { judgeObject, type ObjectVerdict } from './judge-object.ts';
import { type ReturningConfiguration, returningConfiguration } from './recorded.ts';
import { restartWarnings } from './restarts.ts';

/**
 * Configuration: the ConfigMaps and Secrets that the templates to return to name go back to what they held, or the plan says that
 * they do not. What was recorded of them names no value.
 */
export const configuration: Way<'configuration', TSchema, ConfigurationChange> = {
  name: 'configuration',
  takesBack(context) {
    const own = context.deployment.changes.filter(isConfigurationChange);
    return own.length > 0 || returningConfiguration(context).length > 0 ? own : null;
  },
  differences: configurationDifferences,
  needs(context) {
    const { cluster, namespace } = context.service;
    const objects = asked(context).map(({ kind, name }) => ({ kind, name }));
    if (objects.length === 0) return [];
    const workloads = workloadsOf(context.service);
    return [{ kind: 'configuration', ask: { cluster, namespace, objects, workloads } }];
  },
  plan(context, facts) {
    const judged = returningConfiguration(context).map((object) => judge(object, context, facts));
    const refusals = judged.flatMap(({ verdict }) => (verdict.kind === 'refused' ? [verdict.refusal] : []));
    if (refusals.length > 0) return { kind: 'refused', refusals };
    const set = judged.flatMap(({ object, verdict }) => (verdict.kind === 'set' ? [object] : []));
    return {
      kind: 'steps',
      steps: judged.flatMap((one) => stepFor(one, context)),
      warnings: [...judged.flatMap(warningsOf), ...leftAsTheyAre(judged), ...notRecorded(judged, context)],
      warningsOfPlan: (steps) => restartWarnings(context, set, steps),
      stays: judged.flatMap((one) => staysOf(one, context)),
    };
  },
};

/** Of which nothing is recorded, too: pods do not start without it. Those come last, where there are too many. */
function asked(context: RollbackContext): ReturningConfiguration[] {
  const objects = returningConfiguration(context);
  return [
    ...objects.filter(({ to }) => to !== undefined),
    ...objects.filter(({ to }) => to === undefined),
  ].slice(0, mostConfigurations);
}

interface Judged {
  object: ReturningConfiguration;
  verdict: ObjectVerdict;
}

function judge(
  object: ReturningConfiguration,
  context: RollbackContext,
  facts: readonly AnsweredFact<'configuration'>[],
): Judged {
  const found = facts.flatMap(({ answer }) => (answer.kind === 'seen' ? answer.seen : []));
  const one = found.find((each) => isSameConfiguration(each, object));
  if (one) return { object, verdict: judgeObject(object, one, context) };
  // Refused elsewhere where it could not be read; else there are too many to look at all.
  return {
    object,
    verdict: object.to ? { kind: 'left', why: 'nobody looked at it' } : { kind: 'unrecorded' },
  };
}

function stepFor({ object, verdict }: Judged, { service, target }: RollbackContext): WayStep[] {
  if (verdict.kind !== 'set') return [];
  const { from, to } = verdict;
  const { kind, name } = object;
  const { cluster, namespace } = service;
  const called = configurationInWords(object);
  const keys = from && keysInWords(from, to);
  const title = from
    ? `Set ${called} back to what it held in ${releaseName(target)}${keys ? ` (${keys})` : ''}`
    : `Create ${called} again as it was in ${releaseName(target)}`;
  return [
    {
      phase: 'configuration',
      step: { kind: 'set-config', object: { cluster, namespace, kind, name }, from, to },
      title,
    },
  ];
}

function warningsOf({ verdict }: Judged): string[] {
  if (verdict.kind === 'set') return verdict.warnings;
  return verdict.kind === 'stays' ? [verdict.warning] : [];
}

/** Those that one reason keeps from going back, in one sentence. */
function leftAsTheyAre(judged: readonly Judged[]): string[] {
  const left = judged.flatMap(({ object, verdict }) =>
    verdict.kind === 'left' ? [{ name: configurationInWords(object), why: verdict.why }] : [],
  );
  return [...Map.groupBy(left, ({ why }) => why)].map(([why, all]) => {
    const names = all.map(({ name }) => name);
    return names.length === 1
      ? `${names[0]} does not go back: ${why}.`
      : `${named(names)} do not go back: ${why}.`;
  });
}

/** "ConfigMap shop-config, Secret shop and 3 more" */
function named(names: readonly string[]): string {
  const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
  return `${names.slice(0, 4).join(', ')}${more}`;
}

function notRecorded(judged: readonly Judged[], { target }: RollbackContext): string[] {
  const names = judged.flatMap(({ object, verdict }) =>
    verdict.kind === 'unrecorded' ? [configurationInWords(object)] : [],
  );
  if (names.length === 0) return [];
  const they = names.length === 1 ? 'it stays as it is' : 'they stay as they are';
  return [`What ${named(names)} held in ${releaseName(target)} is not recorded: ${they}.`];
}

function staysOf({ object, verdict }: Judged, { target }: RollbackContext): Stays[] {
  const what = configurationInWords(object);
  if (verdict.kind === 'stays' || verdict.kind === 'left') return [{ what, why: verdict.why }];
  if (verdict.kind !== 'unrecorded') return [];
  return [{ what, why: `what it held in ${releaseName(target)} is not recorded` }];
}
