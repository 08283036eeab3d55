import { deleteService } from '@lastgood/api-client';
import { askOnce, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { servicePath } from '../command-line/service-key.ts';
import { answerJson } from '../command-line/terminal.ts';
import { oneWord } from '../command-line/words.ts';

export const deleteCommand = defineCommand({
  name: 'delete',
  usage: 'SERVICE',
  summary: 'Follow a service no more',
  details:
    'SERVICE is cluster/namespace/name. Nothing in its cluster is touched; its history stays, and `apply` brings it back. The answer is no while a rollback is under way.',
  options: { json: jsonOption },
  async run({ json }, words, terminal) {
    const deleted = await askOnce(terminal, () =>
      deleteService(...servicePath(oneWord(words, 'SERVICE')), limited()),
    );
    if (json) answerJson(terminal, deleted);
    else terminal.say(deleted.sentence);
    return exitCodes.ok;
  },
});
