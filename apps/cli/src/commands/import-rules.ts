import { importRules, type RuleImport } from '@lastgood/api-client';
import { stringify } from 'yaml';
import { keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { answerJson, type Terminal } from '../command-line/terminal.ts';
import { oneWord } from '../command-line/words.ts';
import { readText } from './declarations.ts';

export const importRulesCommand = defineCommand({
  name: 'import-rules',
  usage: 'FILE [--service-label LABEL] [--set NAME]',
  summary: 'Make triggers of the alerts of a Prometheus rule file',
  details: `FILE may be - for standard input. The trigger set is printed as YAML for apply, the report on what it means and what does not
translate goes to standard error. Nothing is applied. The exit code is 1 where an alert was left out.`,
  options: {
    json: jsonOption,
    'service-label': {
      type: 'string',
      value: 'LABEL',
      says: 'a label that bears the name of a service: each query is narrowed to it',
    },
    set: { type: 'string', value: 'NAME', says: 'name of the trigger set; default: imported' },
  },
  async run({ json, 'service-label': serviceLabel, set = 'imported' }, words, terminal) {
    const name = oneWord(words, 'FILE');
    const file = await readText(name);
    const body = { file, ...(serviceLabel !== undefined && { serviceLabel }) };
    const imported = await keepAsking(terminal, () => importRules(body, undefined, limited()));
    if (json) answerJson(terminal, imported);
    else {
      report(imported, terminal);
      const triggers = imported.alerts.flatMap((alert) => alert.triggers);
      if (triggers.length > 0)
        terminal.answer(stringify({ kind: 'TriggerSet', name: set, triggers }, { lineWidth: 0 }).trimEnd());
    }
    return imported.alerts.some(({ outcome }) => outcome === 'left_out') ? exitCodes.no : exitCodes.ok;
  },
});

const outcomeWords = {
  same: 'translates',
  differs: 'translates, with a difference',
  left_out: 'is left out',
};

function report({ alerts, notes }: RuleImport, terminal: Terminal): void {
  for (const note of notes) terminal.say(note);
  for (const { group, name, outcome, notes: own } of alerts) {
    if (outcome === 'same' && own.length === 0) continue;
    terminal.say(`${group}/${name} ${outcomeWords[outcome]}: ${own.join(' ')}`);
  }
  const count = (outcome: RuleImport['alerts'][number]['outcome']) =>
    alerts.filter((alert) => alert.outcome === outcome).length;
  terminal.say(
    `${alerts.length} rules: ${count('same')} translate, ${count('differs')} with a difference, ${count('left_out')} left out`,
  );
}
