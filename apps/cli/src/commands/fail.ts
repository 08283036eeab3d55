import { given } from '@lastgood/api-client';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { fittingWords } from '../command-line/fitting-words.ts';
import { oneWord } from '../command-line/words.ts';
import { reportStatus } from './report-status.ts';

export const failCommand = defineCommand({
  name: 'fail',
  usage: 'ID [--detail WORDS]',
  summary: 'Say that a deployment failed',
  details: 'Watching it ends; rolling it back by hand stays possible. Saying it twice changes nothing.',
  options: {
    detail: { type: 'string', value: 'WORDS', says: 'why, for the timeline' },
    json: jsonOption,
  },
  run: ({ detail, json }, words, terminal) =>
    reportStatus(
      oneWord(words, 'ID'),
      { status: 'failed', ...given({ detail: fittingWords('detail', detail, terminal) }) },
      json ?? false,
      terminal,
    ),
});
