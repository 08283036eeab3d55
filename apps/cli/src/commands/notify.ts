import { testNotifications } from '@lastgood/api-client';
import { keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { answerJson } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { oneWord } from '../command-line/words.ts';

export const notifyCommand = defineCommand({
  name: 'notify',
  usage: 'test [--service SERVICE]',
  summary: 'Send a sample down each route of notifications, and say what arrived where',
  details: `The sample is a suggestion, which pages whoever is paged by one, and what ends it; where the routes lead no page it is a
rollback that begins, and its end. Both say that they are a test. The exit code is 1 where a place was not reached, or nobody is told.`,
  options: {
    service: {
      type: 'string',
      value: 'CLUSTER/NAMESPACE/NAME',
      says: 'only where its notifications go; default: every route of the configuration',
    },
    json: jsonOption,
  },
  async run({ service, json }, words, terminal) {
    if (oneWord(words, 'test') !== 'test') throw new UsageError('notify knows one thing to do: test');
    if (service === '') throw new UsageError('--service is missing');
    const asked = service === undefined ? {} : { service };
    // Sent again where the answer was lost, it pages nobody twice.
    const headers = { 'idempotency-key': terminal.newKey() };
    const tested = await keepAsking(terminal, () => testNotifications(asked, headers, limited()));
    if (json) answerJson(terminal, tested);
    else {
      for (const place of tested.places) terminal.answer(lineOf(place));
      if (tested.left > 0) terminal.answer(`${tested.left} more places were not tested`);
      terminal.say(tested.sentence);
    }
    return tested.passed ? exitCodes.ok : exitCodes.no;
  },
});

type Place = Awaited<ReturnType<typeof testNotifications>>['places'][number];

/** "ok      chat (#ops): 2 messages arrived, in 200 ms. [notifications.routes.0]" */
function lineOf({ notifier, to, routes, arrived, accepted, words }: Place): string {
  const unknown = accepted ? 'accepted' : 'not sent';
  const mark = arrived === null ? unknown : arrived ? 'ok' : 'FAILED';
  const place = to === null ? notifier : `${notifier} (${to})`;
  return `${mark.padEnd(8)} ${place}: ${words} [${routes.join('; ')}]`;
}
