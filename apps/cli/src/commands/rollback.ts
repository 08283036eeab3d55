import { given, type Run, rollbackDeployment, runView } from '@lastgood/api-client';
import { follow, keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption, keyOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { fittingWords } from '../command-line/fitting-words.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { answerJson, type Terminal } from '../command-line/terminal.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

export const rollbackCommand = defineCommand({
  name: 'rollback',
  usage: 'ID [--to ID] [--reason WORDS] [--wait]',
  summary: 'Take a deployment back',
  details: `Needs no approval. Prints the run's id on standard output. With --wait it follows the run: exit code 0 when the
release before is back and verified, 1 when the run stopped or was undone.`,
  options: {
    to: { type: 'string', value: 'ID', says: 'the deployment to return to; default: the last known good' },
    reason: { type: 'string', value: 'WORDS', says: 'why, for the incident record' },
    wait: { type: 'boolean', says: 'until it is over' },
    key: keyOption,
    json: jsonOption,
  },
  async run({ to, reason, wait, key, json }, words, terminal) {
    const id = pathPart(oneWord(words, 'ID'));
    const input = given({ target: to, reason: fittingWords('reason', reason, terminal) });
    const headers = { 'idempotency-key': key || terminal.newKey() };
    const queued = await keepAsking(terminal, () => rollbackDeployment(id, input, headers, limited()));
    terminal.say(
      `${queued.service}: ${releaseWords(queued.from)} goes back to ${releaseWords(queued.target)}.`,
    );
    if (!json) terminal.answer(queued.id);
    const run = wait ? await waitFor(queued.id, terminal) : queued;
    if (json) answerJson(terminal, run);
    return wait && !isBack(run) ? exitCodes.no : exitCodes.ok;
  },
});

async function waitFor(id: string, terminal: Terminal): Promise<Run> {
  let said = '';
  const run = await follow(
    terminal,
    () => runView(pathPart(id), limited()),
    ({ run }) => {
      if (run.sentence !== said) terminal.say(run.sentence);
      said = run.sentence;
      return ['done', 'stopped', 'cancelled'].includes(run.status) ? run : null;
    },
  );
  if (run.stop) terminal.say(`${run.stop.endState} ${run.stop.advice}`);
  return run;
}

function isBack(run: Run): boolean {
  return run.status === 'done' && run.verdict === 'passed';
}
