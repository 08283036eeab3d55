import { given, markDeployment, unmarkDeployment } from '@lastgood/api-client';
import { keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { fittingWords } from '../command-line/fitting-words.ts';
import { answerJson } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

export const markCommand = defineCommand({
  name: 'mark',
  usage: 'ID bad|good|none [--note WORDS]',
  summary: 'Say what a deployment was, for trying triggers on the past',
  details: `In place of the mark before; none takes it back. It wins over what became of the deployment, and is never a proof:
no plan, target, decision or standing changes by it.`,
  options: {
    note: { type: 'string', value: 'WORDS', says: 'why, for whoever reads it later' },
    json: jsonOption,
  },
  async run({ note, json }, [first, ...more], terminal) {
    const id = pathPart(oneWord(first === undefined ? [] : [first], 'ID'));
    const verdict = oneWord(more, 'bad, good or none');
    if (verdict === 'none') {
      if (note !== undefined) throw new UsageError('--note goes with bad and good');
      const unmarked = await keepAsking(terminal, () => unmarkDeployment(id, limited()));
      if (json) answerJson(terminal, unmarked);
      else terminal.say(unmarked.sentence);
      return exitCodes.ok;
    }
    if (verdict !== 'bad' && verdict !== 'good')
      throw new UsageError(`a deployment is marked bad, good or none, not "${verdict}"`);
    const input = { verdict, ...given({ note: fittingWords('note', note, terminal) }) } as const;
    const mark = await keepAsking(terminal, () => markDeployment(id, input, limited()));
    if (json) answerJson(terminal, mark);
    else terminal.say(`Marked ${mark.verdict} by ${mark.by} at ${mark.at}.`);
    return exitCodes.ok;
  },
});
