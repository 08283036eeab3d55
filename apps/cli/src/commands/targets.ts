import { deploymentTargets, type RollbackTarget } from '@lastgood/api-client';
import { askOnce, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { answerJson } from '../command-line/terminal.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

export const targetsCommand = defineCommand({
  name: 'targets',
  usage: 'ID',
  summary: 'List what a deployment can be taken back to',
  details: `The first is what \`rollback\` takes; the id of any other goes to \`rollback --to\`. Good releases come first, then those
that nothing has proven.`,
  options: { json: jsonOption },
  async run({ json }, words, terminal) {
    const id = pathPart(oneWord(words, 'ID'));
    const answer = await askOnce(terminal, () => deploymentTargets(id, limited()));
    if (json) answerJson(terminal, answer);
    else for (const target of answer.targets) terminal.answer(targetLine(target));
    if (answer.trouble !== null) terminal.say(`The cluster could not be asked for images: ${answer.trouble}`);
    if (answer.more > 0) terminal.say(`${answer.more} older releases are not listed.`);
    return answer.targets.length > 0 ? exitCodes.ok : exitCodes.no;
  },
});

/** "* release 1 (v1)  verified  image v2 → v1  its image ran until 2 h ago  d-1" */
function targetLine({ release, chosen, label, differs, image, whyNot }: RollbackTarget): string {
  const words = [releaseWords(release), label, differs ?? 'nothing is known to differ'];
  return `${chosen ? '*' : ' '} ${[...words, whyNot ?? image.sentence, release.deploymentId].join('  ')}`;
}
