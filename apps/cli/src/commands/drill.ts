import { given, recordDrill } from '@lastgood/api-client';
import { keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption, keyOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { fittingWords } from '../command-line/fitting-words.ts';
import { servicePath } from '../command-line/service-key.ts';
import { answerJson } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { oneWord } from '../command-line/words.ts';

export const drillCommand = defineCommand({
  name: 'drill',
  usage: 'record SERVICE [--note WORDS] [--at INSTANT] [--took TIME]',
  summary: 'Record that the way back of a service was practised elsewhere',
  details: `For a drill on staging or a game day: Lastgood saw nothing of it, and says so. A rollback that Lastgood verified counts by
itself. SERVICE is cluster/namespace/name; \`lastgood status SERVICE\` says when practice is due.`,
  options: {
    note: { type: 'string', value: 'WORDS', says: 'where and how, for whoever reads it later' },
    at: { type: 'string', value: 'INSTANT', says: 'when, such as 2026-11-28T12:30:00Z; default: now' },
    took: { type: 'string', value: 'TIME', says: 'until it was back, such as 90s, 4m or 1h' },
    key: keyOption,
    json: jsonOption,
  },
  async run({ note, at, took, key, json }, [verb, ...words], terminal) {
    if (oneWord(verb === undefined ? [] : [verb], 'record') !== 'record')
      throw new UsageError('drill knows one thing to do: record');
    const path = servicePath(oneWord(words, 'SERVICE'));
    if (at === '') throw new UsageError('--at is missing');
    const input = given({
      ...{ note: fittingWords('note', note, terminal), at },
      tookSeconds: took === undefined ? undefined : secondsOf(took),
    });
    const headers = { 'idempotency-key': key || terminal.newKey() };
    const recorded = await keepAsking(terminal, () => recordDrill(...path, input, headers, limited()));
    if (json) answerJson(terminal, recorded);
    else terminal.say(recorded.words);
    return exitCodes.ok;
  },
});

const secondsIn = { s: 1, m: 60, h: 3_600 } as const;

function secondsOf(value: string): number {
  const [, count, unit] = /^(\d{1,6})([smh])$/.exec(value) ?? [];
  if (count === undefined || unit === undefined)
    throw new UsageError(`--took takes a time such as 90s, 4m or 1h, not "${value}"`);
  return Number(count) * secondsIn[unit as keyof typeof secondsIn];
}
