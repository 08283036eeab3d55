import { type Finding, lintTriggers } from '@lastgood/api-client';
import { keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { answerJson } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { someWords } from '../command-line/words.ts';
import { type Declaration, readDeclarationFile } from './declarations.ts';

export const lintCommand = defineCommand({
  name: 'lint',
  usage: 'FILE...',
  summary:
    'Say what is wrong or doubtful with the queries of services and trigger sets, without applying them',
  details: `FILE is what apply takes. Each query is read, compared with what the metric source has, and asked once: for a service with
its own names, for a trigger set with those of the services that are declared. Each finding has its line and column within the
query, and how to mend it. The exit code is 1 where something is wrong; what is doubtful alone leaves it 0.`,
  options: { json: jsonOption },
  async run({ json }, words, terminal) {
    const files = someWords(words, 'FILE');
    const declarations = (await Promise.all(files.map(readDeclarationFile))).flat();
    if (declarations.length === 0) throw new UsageError(`${files.join(', ')}: nothing is declared there`);
    const answers: { place: string; name: string; findings: Finding[] }[] = [];
    for (const declaration of declarations) {
      const { findings } = await keepAsking(terminal, () =>
        lintTriggers(asked(declaration), undefined, limited()),
      );
      answers.push({ place: declaration.place, name: declaration.name, findings });
      if (json) continue;
      for (const finding of findings) for (const line of linesOf(declaration, finding)) terminal.answer(line);
      if (findings.length === 0) terminal.answer(`${declaration.place}: ${declaration.name}: nothing found`);
    }
    if (json) answerJson(terminal, answers);
    const isWrong = answers.some(({ findings }) => findings.some(({ severity }) => severity === 'error'));
    return isWrong ? exitCodes.no : exitCodes.ok;
  },
});

function asked({ kind, name, input }: Declaration): Parameters<typeof lintTriggers>[0] {
  if (kind === 'TriggerSet') return { triggers: input.triggers };
  const { triggers = [], checks, workloads, environment, triggerSets, triggerOverrides } = input;
  return {
    service: name,
    triggers,
    ...(checks && { checks }),
    ...(workloads && { workloads }),
    ...(environment && { environment }),
    ...(triggerSets && { triggerSets }),
    ...(triggerOverrides && { triggerOverrides }),
  };
}

function linesOf(declaration: Declaration, { path, place, severity, message, fix }: Finding): string[] {
  const at = place ? ` (line ${place.line}, column ${place.column})` : '';
  const line = `${declaration.place}: ${whatOf(declaration, path)}${at}: ${severity}: ${message}`;
  return fix ? [line, ...fixLines(fix)] : [line];
}

/** "trigger errors, query" for /triggers/0/query. */
function whatOf({ input }: Declaration, path: string): string {
  const [, list, index = '', ...member] = path.split('/');
  if (list === 'triggerOverrides') {
    const overrides = 'triggerOverrides' in input ? input.triggerOverrides : undefined;
    return ['override of', overrides?.[Number(index)]?.trigger ?? index, ...member].join(' ');
  }
  const named = list === 'checks' ? ('checks' in input ? input.checks : undefined) : input.triggers;
  const name = named?.[Number(index)]?.name ?? index;
  return `${list === 'checks' ? 'check' : 'trigger'} ${name}, ${member.join('.')}`;
}

function fixLines({ title, text, split }: NonNullable<Finding['fix']>): string[] {
  if (!split) return [`  ${title}${text !== null && !title.endsWith(text) ? `: ${text}` : ''}`];
  const { onNoData, ...declared } = split;
  const members = { ...declared, ...(onNoData !== null && { onNoData }) };
  return [
    `  ${title}:`,
    ...Object.entries(members).map(([member, value]) => `    ${member}: ${JSON.stringify(value)}`),
  ];
}
