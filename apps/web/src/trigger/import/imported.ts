import type { ImportedAlert, TriggerInput } from '@lastgood/api-client';
import { stringify } from 'yaml';
import { counted } from '../../meaning/counted.ts';
import type { Said } from '../../meaning/meaning.ts';

/** How an alert came over. */
export const outcomeSaid: Record<ImportedAlert['outcome'], Said> = {
  same: { meaning: 'done', word: 'Translates' },
  differs: { meaning: 'watch', word: 'Differs' },
  left_out: { meaning: 'unknown', word: 'Left out' },
};

/** Two groups may have an alert of one name. */
export const keyOf = ({ group, name }: ImportedAlert, index: number): string => `${index} ${group}/${name}`;

/** "7 of 9 rules become triggers: 6 as they are, 1 with a difference; 2 are left out." */
export function importSentence(alerts: readonly Pick<ImportedAlert, 'outcome'>[]): string {
  const count = (outcome: ImportedAlert['outcome']) =>
    alerts.filter((alert) => alert.outcome === outcome).length;
  const [same, differs, left] = [count('same'), count('differs'), count('left_out')];
  if (alerts.length === 0) return 'The file has no rules.';
  const how = [same > 0 && `${same} as they are`, differs > 0 && `${differs} with a difference`].filter(
    Boolean,
  );
  const become = `${same + differs} of ${counted(alerts.length, 'rule')} become triggers`;
  return `${[[become, how.join(', ')].filter(Boolean).join(': '), left > 0 && `${left} left out`].filter(Boolean).join('; ')}.`;
}

/** What is wrong with the name of a set; null where nothing is. The server would refuse it when it is declared. */
export function setNameFault(name: string): string | null {
  if (name === '') return 'A set needs a name.';
  if (name.length > 63) return 'Take at most 63 characters.';
  return /^[a-z][a-z0-9_-]*$/.test(name)
    ? null
    : 'Take small letters, digits, - and _, beginning with a letter.';
}

/** The same of a label of the metric source; an empty one is none. */
export function labelFault(label: string): string | null {
  return label === '' || /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)
    ? null
    : 'A label has letters, digits and _, and does not begin with a digit.';
}

/** What `lastgood apply` reads. */
export function inSet(name: string, triggers: readonly TriggerInput[]): string {
  return stringify({ kind: 'TriggerSet', name, triggers }, { lineWidth: 0 });
}
