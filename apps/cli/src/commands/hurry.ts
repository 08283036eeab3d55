import { hurryRun } from '@lastgood/api-client';
import { askOnce, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { answerJson } from '../command-line/terminal.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

export const hurryCommand = defineCommand({
  name: 'hurry',
  usage: 'RUN',
  summary: 'Send traffic that goes back in stages back at once',
  details:
    'As soon as enough of the old version is ready. Where no stage is left to wait for, the answer is no. It is asked once.',
  options: { json: jsonOption },
  async run({ json }, words, terminal) {
    const run = await askOnce(terminal, () =>
      hurryRun(pathPart(oneWord(words, 'RUN')), undefined, limited()),
    );
    terminal.say(`${run.service}: the traffic goes back to ${releaseWords(run.target)} at once.`);
    if (json) answerJson(terminal, run);
    return exitCodes.ok;
  },
});
