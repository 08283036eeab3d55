import { given } from '@lastgood/api-client';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { fittingWords } from '../command-line/fitting-words.ts';
import { oneWord } from '../command-line/words.ts';
import { reportStatus } from './report-status.ts';

export const completeCommand = defineCommand({
  name: 'complete',
  usage: 'ID [--detail WORDS]',
  summary: 'Say that a deployment is out',
  details: 'Its watch window starts now. Saying it twice changes nothing.',
  options: {
    detail: { type: 'string', value: 'WORDS', says: 'what people should read next to it' },
    json: jsonOption,
  },
  run: ({ detail, json }, words, terminal) =>
    reportStatus(
      oneWord(words, 'ID'),
      { status: 'completed', ...given({ detail: fittingWords('detail', detail, terminal) }) },
      json ?? false,
      terminal,
    ),
});
