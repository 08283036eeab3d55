import {
  type ExplainedEvaluation,
  type ExplainedTrigger,
  type Explanation,
  runExplanation,
} from '@lastgood/api-client';
import { askOnce, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { answerJson } from '../command-line/terminal.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

export const explainCommand = defineCommand({
  name: 'explain',
  usage: 'RUN',
  summary: 'Say why a rollback was made: what was asked, answered and concluded, slot by slot',
  details:
    'The decision is judged again from what was stored with it, and what differs is said. Of a long hold the middle is left out.',
  options: {
    queries: {
      type: 'boolean',
      says: 'print the queries as they were sent, and the digests of their answers',
    },
    json: jsonOption,
  },
  async run({ json, queries = false }, words, terminal) {
    const id = pathPart(oneWord(words, 'RUN'));
    const told = await askOnce(terminal, () => runExplanation(id, limited()));
    if (json) answerJson(terminal, told);
    else for (const line of explanationLines(told, queries)) terminal.answer(line);
    const { outcome, digestDifferences } = told.replay;
    return outcome === 'differs' || digestDifferences.length > 0 ? exitCodes.no : exitCodes.ok;
  },
});

function explanationLines(told: Explanation, queries: boolean): string[] {
  return [
    ...told.triggers.flatMap((one) => triggerLines(one, queries)),
    ...told.restraints.flatMap(({ title, restrains, sentence, facts }) => [
      `${restrains ? 'holds' : 'clear'}  ${title}  ${sentence}`,
      ...facts.map((fact) => `         ${fact}`),
    ]),
    ...(told.askedFor === 'person' || told.askedFor === 'ci' ? ['On the screen then:'] : []),
    ...told.onScreen.map(({ trigger, phase, text }) => `  ${trigger}  ${phase}  ${text}`),
    told.sentence,
    told.replay.sentence,
    ...told.replay.differences.map((one) => `differs: ${one}`),
    ...(told.replay.digestSentence === null ? [] : [told.replay.digestSentence]),
    ...told.replay.digestDifferences.map((one) => `digest differs: ${one}`),
  ];
}

function triggerLines(
  { trigger, decides, limit, neededSeconds, queries: asks, evaluations, folded }: ExplainedTrigger,
  queries: boolean,
): string[] {
  const rows = evaluations.flatMap((one) => evaluationLines(one, neededSeconds, queries));
  const before = evaluations
    .slice(0, folded?.after ?? 0)
    .flatMap((one) => evaluationLines(one, neededSeconds, queries));
  return [
    `${trigger}  ${limit} for ${seconds(neededSeconds)}${decides ? ', which decided' : ', which fired beside it'}`,
    ...asks.map(({ part, template }) => `  asks for its ${part}: ${oneLine(template)}`),
    ...before,
    ...(folded ? [`  ... ${folded.sentence}`] : []),
    ...rows.slice(before.length),
  ];
}

function evaluationLines(one: ExplainedEvaluation, needed: number, queries: boolean): string[] {
  const samples = one.samples === null ? '' : ` on ${one.samples} samples`;
  const parts = one.parts.map(({ name, reading }) => `${name} ${reading}`).join(', ');
  const made = parts === '' ? '' : ` (${parts})`;
  const differs = one.differs === null ? '' : `  DIFFERS: was ${one.differs}`;
  return [
    `  ${one.slot.slice(11, 19)}  ${one.reading}${made}${samples}  ${one.said}  ${one.phase}, held ${seconds(one.heldSeconds)} of ${seconds(needed)}${differs}`,
    ...(queries
      ? one.asked.map(
          ({ part, query, answerDigest }) =>
            `            ${part}: ${oneLine(query)}  ${answerDigest ?? 'no answer'}`,
        )
      : []),
  ];
}

function oneLine(query: string): string {
  return query.replace(/\s+/g, ' ').trim();
}

/** Of all rows in the same unit: times of day stand beside them. */
function seconds(all: number): string {
  return `${Math.floor(all)} s`;
}
