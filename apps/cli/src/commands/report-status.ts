import { type Deployment, type DeploymentPatchInput, updateDeployment } from '@lastgood/api-client';
import { keepAsking, limited } from '../asking/keep-asking.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { answerJson, type Terminal } from '../command-line/terminal.ts';
import { pathPart } from '../command-line/words.ts';

/** How a deployment ended. Saying the same again changes nothing, so it may be sent twice. */
export async function reportStatus(
  id: string,
  input: DeploymentPatchInput,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const deployment = await keepAsking(terminal, () => updateDeployment(pathPart(id), input, limited()));
  terminal.say(
    `${deployment.service} ${releaseWords(deployment)}: ${deployment.status}${watchWords(deployment, terminal.now())}.`,
  );
  if (json) answerJson(terminal, deployment);
  return exitCodes.ok;
}

/** Said again after the window, `complete` must not promise an instant that has passed. */
function watchWords({ watched, watchEndsAt }: Deployment, now: number): string {
  if (!watched || watchEndsAt === null) return '';
  return Date.parse(watchEndsAt) > now
    ? `; watched until ${watchEndsAt}`
    : `; its watch goes on, its window ended ${watchEndsAt}`;
}
