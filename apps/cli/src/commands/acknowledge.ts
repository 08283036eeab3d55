import { acknowledgeDeployment, endAcknowledgement, given } from '@lastgood/api-client';
import { askOnce, keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { fittingWords } from '../command-line/fitting-words.ts';
import { minutesOf } from '../command-line/minutes.ts';
import { answerJson } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

export const acknowledgeCommand = defineCommand({
  name: 'acknowledge',
  usage: 'ID --for TIME [--note WORDS] | ID --end',
  summary: 'Take on what fires of a deployment, so that it calls nobody else',
  details: `It silences nothing else: what was decided goes on. It ends by itself when its time has passed, when what fires
now has recovered, and when something else begins to fire. --end takes it back.`,
  options: {
    for: { type: 'string', value: 'TIME', says: 'for how long, such as 30m, 4h or 2d; a week at most' },
    note: { type: 'string', value: 'WORDS', says: 'what is known, for whoever looks' },
    end: { type: 'boolean', says: 'take it back' },
    json: jsonOption,
  },
  async run({ for: time, note, end, json }, words, terminal) {
    const id = pathPart(oneWord(words, 'ID'));
    if (end) {
      if (time !== undefined || note !== undefined) throw new UsageError('--end goes with no other option');
      const ended = await askOnce(terminal, () => endAcknowledgement(id, limited()));
      if (json) answerJson(terminal, ended);
      else terminal.say(ended.sentence);
      return exitCodes.ok;
    }
    const input = {
      minutes: minutesOf(time, 'for'),
      ...given({ note: fittingWords('note', note, terminal) }),
    };
    const acknowledged = await keepAsking(terminal, () => acknowledgeDeployment(id, input, limited()));
    if (json) answerJson(terminal, acknowledged);
    else terminal.say(`Acknowledged by ${acknowledged.by} until ${acknowledged.until}.`);
    return exitCodes.ok;
  },
});
