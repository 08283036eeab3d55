import {
  type CheckView,
  given,
  type Run,
  type RunView,
  rollbackDeployment,
  runView,
} from '@lastgood/api-client';
import { follow, keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption, keyOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { fittingWords } from '../command-line/fitting-words.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { answerJson, type Terminal } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

export const rollbackCommand = defineCommand({
  name: 'rollback',
  usage:
    'ID [--to ID] [--with-dependents] [--accepting NAME]... [--including NAME]... [--removing NAME]... [--reason WORDS] [--wait]',
  summary: 'Take a deployment back',
  details: `Needs no approval. Prints the run's id on standard output. With --wait it follows the run: exit code 0 when the
release before is back and verified, 1 when the run stopped or was undone.`,
  options: {
    to: { type: 'string', value: 'ID', says: 'the deployment to return to; default: the last known good' },
    reason: { type: 'string', value: 'WORDS', says: 'why, for the incident record' },
    'with-dependents': {
      type: 'boolean',
      says: 'take back whoever calls it, or is called by it, and would not work with the release it returns to',
    },
    'keep-going': {
      type: 'boolean',
      says: 'with --with-dependents: go on with the others where one cannot go back',
    },
    accepting: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      says: 'what may be lost, as the refusal of its plan names it; may be repeated',
    },
    including: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      says: 'what goes back as well although it was not registered, as its plan names it; may be repeated',
    },
    removing: {
      type: 'string',
      multiple: true,
      value: 'KIND/NAME',
      says: 'what only the release created and is to go, as its plan names it; may be repeated',
    },
    wait: { type: 'boolean', says: 'until it is over' },
    key: keyOption,
    json: jsonOption,
  },
  async run({ to, reason, accepting, including, removing, wait, key, json, ...group }, words, terminal) {
    const id = pathPart(oneWord(words, 'ID'));
    if (group['keep-going'] && !group['with-dependents'])
      throw new UsageError('--keep-going says something only with --with-dependents');
    const input = given({
      target: to,
      reason: fittingWords('reason', reason, terminal),
      accepting,
      including,
      removing,
      group: group['with-dependents'] ? ('with-dependents' as const) : undefined,
      stopCondition: group['keep-going'] ? ('continue-others' as const) : undefined,
    });
    const headers = { 'idempotency-key': key || terminal.newKey() };
    const queued = await keepAsking(terminal, () => rollbackDeployment(id, input, headers, limited()));
    terminal.say(
      `${queued.service}: ${releaseWords(queued.from)} goes back to ${releaseWords(queued.target)}.`,
    );
    for (const one of queued.members.filter(({ service }) => service !== queued.service))
      terminal.say(
        `${one.service}: ${releaseWords(one.from)} goes back to ${releaseWords(one.target)} with it.`,
      );
    if (!json) terminal.answer(queued.id);
    const run = wait ? await waitFor(queued.id, terminal) : queued;
    if (json) answerJson(terminal, run);
    return wait && !isBack(run) ? exitCodes.no : exitCodes.ok;
  },
});

async function waitFor(id: string, terminal: Terminal): Promise<Run> {
  let said = '';
  let warned = 0;
  let outcome: string | null = null;
  const { run, checks } = await follow(
    terminal,
    () => runView(pathPart(id), limited()),
    (view): RunView | null => {
      const { run, warnings, parts } = view;
      if (outcome === null && parts?.sentence) {
        outcome = parts.sentence;
        terminal.say(outcome);
      }
      for (const warning of warnings.slice(warned)) terminal.say(warning);
      warned = Math.max(warned, warnings.length);
      if (run.sentence !== said) terminal.say(run.sentence);
      said = run.sentence;
      return ['done', 'stopped', 'cancelled'].includes(run.status) ? view : null;
    },
  );
  for (const check of checks) terminal.say(checkWords(check));
  if (run.stop) terminal.say(`${run.stop.endState} ${run.stop.advice}`);
  return run;
}

/** "trigger high_error_rate: passed, 0.2 % where not > 5 % is wanted" */
function checkWords({ name, verdict, expected, actual, reason }: CheckView): string {
  if (verdict === 'nothing_serves' && reason) return `${name}: ${reason}`;
  const seen = `${actual ?? 'not seen'} where ${expected} is wanted`;
  return `${name}: ${verdict.replaceAll('_', ' ')}, ${verdict === 'passed' || !reason ? seen : reason}`;
}

function isBack(run: Run): boolean {
  return run.status === 'done' && run.verdict === 'passed';
}
