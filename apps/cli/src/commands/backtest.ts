import {
  type BacktestDeployment,
  type BacktestInput,
  type BacktestProgress,
  type BacktestResult,
  backtest,
  given,
} from '@lastgood/api-client';
import { askOnce } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { answerJson, type Terminal } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { oneWord } from '../command-line/words.ts';
import { readDeclarationFile } from './declarations.ts';

export const backtestCommand = defineCommand({
  name: 'backtest',
  usage: 'NAME|FILE [--trigger NAME] [--service SERVICE]... [--since 30d]',
  summary:
    'Try a trigger on the deployments of the past: when it would have fired, and how often it would have been wrong',
  details: `NAME is a trigger that is in force; FILE (a word with a dot or a slash, - for standard input) is what apply takes, and one trigger of it
is tried without applying it. Whose deployments: those of --service, else of the service or the users of the set in FILE, else of all
services with a trigger of that name. The metric source is asked what it still knows; what it does not is told and counts neither way.
Each deployment is a line on standard output, progress and notes go to standard error. Ctrl-C calls it off.
The exit code is 1 where it would have fired on a deployment known to be good, or not on one known to be bad.`,
  options: {
    json: jsonOption,
    trigger: { type: 'string', value: 'NAME', says: 'which trigger of FILE; not needed where it has one' },
    service: {
      ...{ type: 'string', multiple: true, value: 'SERVICE' },
      says: 'cluster/namespace/name; may be given several times',
    },
    since: { type: 'string', value: 'TIME', says: 'how far back: 30d (the default), 12h, or an instant' },
    deployments: { type: 'string', value: 'N', says: 'the newest so many; default 40, at most 200' },
  },
  async run({ json, trigger, service, since, deployments }, words, terminal) {
    const word = oneWord(words, 'NAME or FILE');
    const input: BacktestInput = {
      ...(await triedOf(word, trigger, service === undefined)),
      ...given({ services: service, since: sinceOf(since, terminal), deployments: countOf(deployments) }),
    };
    const tested: BacktestDeployment[] = [];
    const tell = createTeller(terminal);
    const result = await askOnce(terminal, () => {
      tested.length = 0;
      return backtest(input, {
        onLine(line) {
          if (line.type === 'progress') return tell(line);
          tested.push(line);
          if (!json) terminal.answer(lineOf(line));
        },
      });
    });
    if (json) answerJson(terminal, { ...result, tested });
    else summarize(result, terminal);
    const { missed, falselyAccused } = result.score;
    return missed + falselyAccused > 0 ? exitCodes.no : exitCodes.ok;
  },
});

/** What of a file is tried, and on whom unless that is said. */
async function triedOf(word: string, name: string | undefined, isForAll: boolean): Promise<BacktestInput> {
  if (word !== '-' && !/[./]/.test(word)) {
    if (name !== undefined) throw new UsageError('--trigger is for a FILE; a NAME is a trigger already');
    return { name: word };
  }
  const declarations = await readDeclarationFile(word);
  const found = declarations.flatMap((declaration) =>
    (declaration.input.triggers ?? [])
      .filter((one) => name === undefined || one.name === name)
      .map((trigger) => ({ declaration, trigger })),
  );
  const [only, ...more] = found;
  if (!only)
    throw new UsageError(`${word}: no trigger ${name === undefined ? '' : `${name} `}is declared there`);
  if (more.length > 0)
    throw new UsageError(
      `${word} has ${found.length} triggers${name === undefined ? '' : ` ${name}`}: say which with --trigger (${found.map(({ trigger }) => trigger.name).join(', ')})`,
    );
  const { declaration, trigger } = only;
  if (!isForAll) return { trigger };
  return declaration.kind === 'Service'
    ? { trigger, services: [declaration.name] }
    : { trigger, set: declaration.name };
}

const unitMs: Record<string, number> = { d: 86_400_000, h: 3_600_000 };

function sinceOf(text: string | undefined, terminal: Terminal): string | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,5})([dh])$/.exec(text) ?? [];
  const at = count === undefined ? Date.parse(text) : terminal.now() - Number(count) * (unitMs[unit] ?? 0);
  if (Number.isNaN(at)) throw new UsageError(`--since is "${text}"; it is 30d, 12h or an instant`);
  return new Date(at).toISOString();
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,3}$/.test(text)) throw new UsageError(`--deployments is "${text}"; it is a number up to 200`);
  return Number(text);
}

const sayEveryMs = 2_000;

/** Not every step of a quick one. */
function createTeller(terminal: Terminal): (line: BacktestProgress) => void {
  let saidAt = terminal.now();
  return ({ done, of, words }) => {
    if (done < of && terminal.now() - saidAt < sayEveryMs) return;
    saidAt = terminal.now();
    terminal.say(words);
  };
}

/** "2026-01-02T12:00:00Z  prod/shop/web  v3 (release 3)  bad, rolled back by ada: fires 6:00 after it began" */
function lineOf(line: BacktestDeployment): string {
  const label = line.label === null ? 'unknown' : `${line.label}, ${line.labelWords}`;
  const started = line.startedAt.replace('.000Z', 'Z');
  return `${started}  ${line.service}  ${releaseWords({ ...line, origin: 'pipeline' })}  ${label}: ${line.words}`;
}

function summarize({ words, score, notes }: BacktestResult, terminal: Terminal): void {
  terminal.answer(words);
  const { precision, recall, falseAlarmWords } = score;
  const shares = [
    ...(precision === null ? [] : [`precision ${percent(precision)}`]),
    ...(recall === null ? [] : [`recall ${percent(recall)}`]),
    ...(falseAlarmWords === null ? [] : [falseAlarmWords]),
  ];
  if (shares.length > 0) terminal.answer(shares.join(', '));
  for (const note of notes) terminal.say(note);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
