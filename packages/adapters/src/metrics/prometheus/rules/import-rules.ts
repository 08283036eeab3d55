import type { ImportedAlert, RuleImport, RuleImportOptions } from '@lastgood/domain/trigger/imported-alert';
import { triggerVariables } from '@lastgood/domain/trigger/trigger';
import { nextTurn } from '../../../next-turn.ts';
import { lint } from '../lint.ts';
import { durationsOf, type Labels, notesOn, triggerName, triggerOf } from './alert-trigger.ts';
import { narrowSelectors } from './narrow-selectors.ts';
import { type Rule, type RuleGroup, readRuleFile } from './read-rule-file.ts';
import { splitExpression } from './split-expression.ts';

/** The longest query that can be declared. */
const longestQuery = 10_000;

const always = [
  'critical, page, error and emergency became page_and_suggest, every other severity log_only. Nothing rolls back by itself until somebody says so, here or by a label lastgood_severity.',
  'Where a rule has no sample, Prometheus ends the alert. A trigger holds its state where its query answers nothing or is not a number, unless it says otherwise.',
];

const ofEverything =
  "The rules ask for everything at once, so each service would be judged by the whole fleet's values. Name the label that bears a service's name, and each query is narrowed to it.";

/** What the rules of a Prometheus rule file become. */
export async function importRules(
  text: string,
  { serviceLabel }: RuleImportOptions = {},
): Promise<RuleImport> {
  const read = readRuleFile(text);
  if ('problem' in read) return { alerts: [], notes: [], problem: read.problem };
  const names = new Set<string>();
  const alerts: ImportedAlert[] = [];
  for (const group of read.groups)
    for (const rule of group.rules) {
      // Reading a query takes milliseconds, and a file may hold thousands.
      await nextTurn();
      alerts.push(importRule(group, rule, serviceLabel, names));
    }
  const notes = serviceLabel === undefined ? [ofEverything, ...always] : always;
  return { alerts, notes, problem: null };
}

function importRule(
  group: RuleGroup,
  rule: Rule | null,
  serviceLabel: string | undefined,
  names: Set<string>,
): ImportedAlert {
  const leftOut = (name: string, why: string): ImportedAlert => ({
    ...{ group: group.name, name, outcome: 'left_out', triggers: [], notes: [why] },
  });
  if (!rule) return leftOut('(unnamed)', 'It is no rule: alert (or record) and expr are not both there.');
  const { alert, record } = rule;
  if (record !== undefined)
    return leftOut(
      record,
      `It records. Leave it in Prometheus: a trigger asks for ${record} as for any metric.`,
    );
  if (alert === undefined) return leftOut('(unnamed)', 'It has no name: alert is missing.');
  const durations = durationsOf(rule);
  if ('why' in durations) return leftOut(alert, durations.why);
  const asked = expressionOf(rule, serviceLabel);
  if ('why' in asked) return leftOut(alert, asked.why);
  const split = splitExpression(asked.text);
  if (split.kind === 'none') return leftOut(alert, split.why);

  const { conditions } = split;
  const problem = conditions.map(({ query }) => unfit(query)).find((each) => each !== null);
  if (problem) return leftOut(alert, problem);
  const labels: Labels = { ...group.labels, ...rule.labels };
  const triggers = conditions.map((condition) => {
    const name = unusedName(triggerName(alert), labels, names);
    return triggerOf(name, condition, { rule, labels, durations });
  });
  const notes = [...durations.notes, ...conditions.flatMap((condition) => notesOn(condition, durations))];
  if (conditions.length > 1)
    notes.unshift(`Any of ${conditions.length} conditions is enough: each is a trigger with its own hold.`);
  if (group.limit) notes.push(`Its group allows ${group.limit} series at most; a trigger has no such limit.`);
  const isSame =
    conditions.length === 1 &&
    conditions[0]?.shown === 'same' &&
    durations.notes.length + (group.limit ?? 0) === 0;
  return {
    ...{ group: group.name, name: alert, outcome: isSame ? 'same' : 'differs', triggers },
    notes: [...new Set(notes)],
  };
}

function expressionOf({ expr }: Rule, serviceLabel: string | undefined): { text: string } | { why: string } {
  const written = String(expr).trim();
  const problem = unfit(written);
  if (problem !== null) return { why: problem };
  if (serviceLabel === undefined) return { text: written };
  const narrowed = narrowSelectors(written, serviceLabel);
  return narrowed === null
    ? { why: `It names the label ${serviceLabel} already, so it cannot be narrowed by it.` }
    : { text: narrowed };
}

function unfit(query: string): string | null {
  if (query.length > longestQuery)
    return `Its query has more than ${longestQuery} characters: let a rule record a part of it.`;
  const [problem] = lint(query, Object.keys(triggerVariables));
  return problem ?? null;
}

/** Public collections name one alert twice, as a warning and as critical. */
function unusedName(name: string, labels: Labels, names: Set<string>): string {
  const severity = triggerName(String(labels.severity ?? ''));
  const choices = [name, `${name}_${severity}`.slice(0, 60)];
  let chosen = choices.find((choice) => !names.has(choice));
  for (let count = 2; chosen === undefined; count += 1) {
    const next = `${name.slice(0, 55)}_${count}`;
    if (!names.has(next)) chosen = next;
  }
  names.add(chosen);
  return chosen;
}
