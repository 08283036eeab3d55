import type { RollbackTrigger } from '@lastgood/domain';
import { filled, placeholdersIn } from '@lastgood/domain/trigger/kinds/alert/fill';
import { truncate } from '@lastgood/domain/truncate';
import type { ToldNames } from '@lastgood/store/alert/told-names';

interface Known {
  toldNames: ToldNames;
  /** Who is configured; of anybody else another warning speaks. */
  configured: readonly { name: string }[];
  /** What placeholders stand for. A label with one that is not among them is not looked for. */
  variables: Record<string, string | undefined>;
}

/** Warnings about triggers that ask for alerts of which nobody ever told: a wrong name looks as healthy as an alert that never fired. */
export async function warnOfUntold(
  triggers: readonly RollbackTrigger[],
  { toldNames, configured, variables }: Known,
): Promise<string[]> {
  const wanted = triggers.flatMap((trigger) => {
    if (trigger.kind !== 'alert') return [];
    const isKnown = (text: string) => placeholdersIn(text).every((name) => variables[name]);
    const source = filled(trigger.source, variables);
    const labels = Object.entries(trigger.labels)
      .filter(([, text]) => isKnown(text))
      .map(([name, text]) => [name, filled(text, variables)]);
    if (labels.length === 0 || !configured.some(({ name }) => name === source)) return [];
    return [{ trigger: trigger.name, source, labels: Object.fromEntries(labels) as Record<string, string> }];
  });
  if (wanted.length === 0) return [];
  const found = await toldNames.neverTold(wanted.map(({ source, labels }) => ({ source, labels })));
  return wanted.flatMap(({ trigger, source, labels }, index) => {
    const never = found[index];
    if (!never) return [];
    const { names, more } = never;
    const list = `${names.map(shortened).join(', ')}${more ? ' and more' : ''}`;
    const told = names.length === 0 ? 'It has told of no alert yet' : `Alerts that it told of: ${list}`;
    return [
      `${trigger}: no alert with these labels was ever told by ${source} (${inWords(labels)}). ${told}. Where a name is wrong, or the alert is not routed to Lastgood, this trigger never fires.`,
    ];
  });
}

function inWords(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, text]) => `${shortened(name)}=${shortened(text)}`)
    .join(', ');
}

function shortened(text: string): string {
  return truncate(text, 60);
}
