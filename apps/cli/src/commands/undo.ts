import { undoRun } from '@lastgood/api-client';
import { defineCommand, jsonOption } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { limited } from '../keep-asking.ts';
import { answerJson } from '../terminal.ts';
import { oneWord, pathPart } from '../words.ts';

export const undoCommand = defineCommand({
  name: 'undo',
  usage: 'RUN',
  summary: 'Take a rollback back before it starts',
  details: 'A run that has started cannot be undone: the answer is no. It is asked once; its time is short.',
  options: { json: jsonOption },
  async run({ json }, words, terminal) {
    const run = await undoRun(pathPart(oneWord(words, 'RUN')), undefined, limited());
    terminal.say(`${run.service}: the rollback to release ${run.target.release} is ${run.sentence}.`);
    if (json) answerJson(terminal, run);
    return exitCodes.ok;
  },
});
