import { type DeploymentPatchInput, updateDeployment } from '@lastgood/api-client';
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
  terminal.say(`${deployment.service} ${releaseWords(deployment)}: ${deployment.status}.`);
  if (json) answerJson(terminal, deployment);
  return exitCodes.ok;
}
