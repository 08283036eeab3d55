import { undoRun } from '@lastgood/api-client';
import { askOnce, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { answerJson } from '../command-line/terminal.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

export const undoCommand = defineCommand({
  name: 'undo',
  usage: 'RUN',
  summary: 'Take a rollback back before it starts',
  details: 'A run that has started cannot be undone: the answer is no. It is asked once; its time is short.',
  options: { json: jsonOption },
  async run({ json }, words, terminal) {
    const run = await askOnce(terminal, () => undoRun(pathPart(oneWord(words, 'RUN')), undefined, limited()));
    terminal.say(`${run.service}: the rollback to ${releaseWords(run.target)} is ${run.sentence}.`);
    if (json) answerJson(terminal, run);
    return exitCodes.ok;
  },
});
