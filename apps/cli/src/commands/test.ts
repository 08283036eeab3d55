import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { answerJson } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { someWords } from '../command-line/words.ts';
import { junitReport } from '../trigger-test/junit.ts';
import { resultLines, summaryLine } from '../trigger-test/result-lines.ts';
import { runTests } from '../trigger-test/run-tests.ts';
import { readTestDocuments, type TestDocument } from '../trigger-test/test-documents.ts';
import { warnOfTriggers } from '../trigger-test/warn-of-triggers.ts';

export const testCommand = defineCommand({
  name: 'test',
  usage: 'FILE...',
  summary: 'Test triggers on readings written in a file; no server is asked',
  details: `FILE may be - for standard input, and may hold several documents; those of all files know each other:
  kind: TriggerTest
  name: a failing release goes back
  trigger: high_error_rate      # shipped, of a TriggerSet in these files (SET/NAME), or all of it as it is declared
  readings: 0.01x3 0.2x8        # a slot each, as promtool writes them: 0.2x8 is 0.2 and eight more, 0.1+0.05x3 rises,
                                # none and _x3 no data, nan, unreachable, ambiguous, missed: nobody looked; the last goes on
  expect:
    - { at: 1m, phase: pending, held: 0s }
    - { at: 3m, phase: firing, decision: roll_back }
Further members: triggers (several; then readings by name, and by part where a kind asks several), samples (of minSamples; enough if left
out), before (what it read before the deployment; healthy if left out), interval (15s), outageTolerance (5m), deployment { origin,
watched }, policy { cooldown, watchWindow, withoutEvidence, evidenceWaitSlots, afterWatch }, lastAttemptAgo, target: false,
dependencies [{ name, trigger, stands }], fleet { automaticInLastHour, trippedInSlot, maxAutomaticPerHour, maxTrippedPerSlot }.
What may be expected: expect [{ at, trigger, phase, held, decision, because, sentence }], and in full, in their order, events
[{ at, trigger, event }] and decisions [{ at, trigger, decision }] as they are said (decisions: [] is none).
Queries are not read: what is tested is what follows of their answers. A test that fails is said, and the exit code is 1.`,
  options: {
    json: jsonOption,
    junit: { type: 'string', value: 'FILE', says: 'write the results there, too, as JUnit XML' },
  },
  async run({ json, junit }, words, terminal) {
    const files = someWords(words, 'FILE');
    const documents = (await Promise.all(files.map(read))).flat();
    const results = runTests(documents);
    if (results.length === 0) throw new UsageError(`${files.join(', ')}: no TriggerTest is written there`);
    for (const line of warnOfTriggers(documents)) terminal.say(`warning: ${line}`);
    if (junit !== undefined) await write(junit, junitReport(results));
    if (json) answerJson(terminal, results);
    else for (const line of results.flatMap(resultLines)) terminal.answer(line);
    terminal.say(summaryLine(results));
    return results.some(({ failures }) => failures.length > 0) ? exitCodes.no : exitCodes.ok;
  },
});

async function read(file: string): Promise<TestDocument[]> {
  if (file === '-') return readTestDocuments('standard input', await text(process.stdin));
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  });
  return readTestDocuments(file, content);
}

async function write(file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be written: ${error.message}`);
  });
}
