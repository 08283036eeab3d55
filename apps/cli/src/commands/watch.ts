import { type DeploymentView, deploymentView } from '@lastgood/api-client';
import { follow, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { answerJson, type Terminal } from '../command-line/terminal.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

type Outcome = 'verified' | 'unproven' | 'rolled_back';

const codes: Record<Outcome, number> = {
  verified: exitCodes.ok,
  unproven: exitCodes.no,
  rolled_back: exitCodes.rolledBack,
};

export const watchCommand = defineCommand({
  name: 'watch',
  usage: 'ID',
  summary: 'Follow a deployment until it is verified, unproven or rolled back',
  details: `Prints what happens on standard error, and the end on standard output: verified (exit code 0), unproven (1: it
failed, was replaced, or nothing proves it) or rolled_back (2). A rollback under way is waited for, and so is Lastgood
itself, for up to ten minutes. The watch window begins when the deployment completes.`,
  options: { json: jsonOption },
  async run({ json }, words, terminal) {
    const id = pathPart(oneWord(words, 'ID'));
    const tell = createTeller(terminal);
    const { view, outcome } = await follow(
      terminal,
      () => deploymentView(id, limited()),
      (seen) => {
        tell(seen);
        const found = outcomeOf(seen);
        return found === null ? null : { view: seen, outcome: found };
      },
    );
    if (json) answerJson(terminal, view);
    else terminal.answer(outcome);
    return codes[outcome];
  },
});

/** Null while it is open. During a run a deployment already counts as unproven; the run's end says what became of it. */
function outcomeOf({ deployment, activeRunId }: DeploymentView): Outcome | null {
  if (deployment.status === 'rolled_back') return 'rolled_back';
  if (activeRunId !== null || deployment.proof === 'pending') return null;
  return deployment.proof === 'unproven' ? 'unproven' : 'verified';
}

/** Says every event once, and what stands in the way of seeing when that changes. */
function createTeller(terminal: Terminal): (view: DeploymentView) => void {
  let newest = -1;
  let trouble = '';
  let beyond: string | null = null;
  return (view) => {
    if (newest === -1) terminal.say(`Watching ${view.deployment.service} ${releaseWords(view.deployment)}.`);
    for (const { id, at, text } of view.timeline) {
      if (id <= newest) continue;
      newest = id;
      terminal.say(`${at}  ${text}`);
    }
    const now = view.trouble.join(' ');
    if (now !== trouble) terminal.say(now === '' ? 'Everything can be seen again.' : `cannot see: ${now}`);
    trouble = now;
    if (view.beyondWindow !== null && view.beyondWindow !== beyond) terminal.say(view.beyondWindow);
    beyond = view.beyondWindow;
    newest = Math.max(newest, 0);
  };
}
