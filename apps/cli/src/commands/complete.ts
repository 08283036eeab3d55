import { type Deployment, deploymentView, given, updateDeployment } from '@lastgood/api-client';
import { follow, keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { fittingWords } from '../command-line/fitting-words.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { answerJson, type Terminal } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { watchWords } from '../command-line/watch-words.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

/** Longer than the ten minutes that a rollout has by default: the server is who says that it failed. */
const standardTimeoutSeconds = 1_200;

export const completeCommand = defineCommand({
  name: 'complete',
  usage: 'ID [--detail WORDS] [--no-wait] [--timeout SECONDS]',
  summary: 'Say that a deployment is out, and wait until it is',
  details: `That it is out is a claim: its watch window starts when its rollout is seen complete in the cluster, which this waits for.
Progress goes to standard error. Ends with 0 when the rollout is complete, 6 when it failed (it was not complete within
the service's stableTimeout, and why is said), 7 when the time of this command is over first, 5 when it was taken back
meanwhile. Saying it twice changes nothing.`,
  options: {
    detail: { type: 'string', value: 'WORDS', says: 'what people should read next to it' },
    'no-wait': { type: 'boolean', says: 'say it and do not wait for the rollout' },
    timeout: {
      type: 'string',
      value: 'SECONDS',
      says: `how long to wait; default: ${standardTimeoutSeconds}`,
    },
    json: jsonOption,
  },
  async run({ detail, json, 'no-wait': noWait, timeout }, words, terminal) {
    const id = pathPart(oneWord(words, 'ID'));
    const until = terminal.now() + timeoutMs(timeout);
    const said = given({ detail: fittingWords('detail', detail, terminal) });
    const input = { status: 'completed' as const, ...said };
    const reported = await keepAsking(terminal, () => updateDeployment(id, input, limited()));
    const ended = noWait
      ? { deployment: reported, code: exitCodes.ok }
      : await awaitRollout(id, reported, until, terminal);
    terminal.say(sentence(ended, terminal.now()));
    if (json) answerJson(terminal, ended.deployment);
    return ended.code;
  },
});

interface Ended {
  deployment: Deployment;
  code: number;
}

async function awaitRollout(
  id: string,
  reported: Deployment,
  until: number,
  terminal: Terminal,
): Promise<Ended> {
  const tell = createTeller(terminal);
  const judge = (deployment: Deployment): Ended | null => {
    const code = codeOf(deployment) ?? (terminal.now() >= until ? exitCodes.notInTime : null);
    if (code === null) tell(deployment);
    return code === null ? null : { deployment, code };
  };
  const look = async () => (await deploymentView(id, limited())).deployment;
  return judge(reported) ?? (await follow(terminal, look, judge));
}

/** Null while its rollout goes on. */
function codeOf({ status, supersededBy }: Deployment): number | null {
  switch (status) {
    case 'completed':
      return exitCodes.ok;
    case 'failed':
      return exitCodes.failed;
    case 'rolled_back':
      return exitCodes.rolledBack;
    case 'in_progress':
      return supersededBy === null ? null : exitCodes.no;
  }
}

/** Says what is waited for when that changes. */
function createTeller(terminal: Terminal): (deployment: Deployment) => void {
  let said: string | null = null;
  return ({ rollout }) => {
    if (rollout === null || rollout === said) return;
    said = rollout;
    terminal.say(rollout);
  };
}

function sentence({ deployment, code }: Ended, now: number): string {
  const name = `${deployment.service} ${releaseWords(deployment)}`;
  const { status, rollout } = deployment;
  const why = rollout === null ? '' : ` ${rollout}`;
  if (code === exitCodes.notInTime)
    return `${name}: not complete in the time of this command; Lastgood goes on waiting.${why}`;
  if (code === exitCodes.no) return `${name}: a newer release has replaced it before it was complete.`;
  return `${name}: ${status}${watchWords(deployment, now)}.${why}`;
}

function timeoutMs(given: string | undefined): number {
  if (given === undefined) return standardTimeoutSeconds * 1_000;
  const seconds = Number(given);
  if (!/^\d+$/.test(given) || seconds < 1 || seconds > 86_400)
    throw new UsageError(`--timeout ${given}: write whole seconds, from 1 to 86400`);
  return seconds * 1_000;
}
