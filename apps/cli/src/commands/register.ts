import { type DeploymentInput, given, registerDeployment } from '@lastgood/api-client';
import { keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption, keyOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { answerJson } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { noWords, required } from '../command-line/words.ts';
import { changeOptions, toChanges } from './registered-changes.ts';

export const registerCommand = defineCommand({
  name: 'register',
  usage:
    '--service SERVICE --version VERSION [--image [[KIND/]WORKLOAD/]CONTAINER=REFERENCE]... [--flag FLAG=VALUE]... [--key KEY] ...',
  summary: 'Say that a deployment begins',
  details: `Call it before applying: what serves now is captured as the way back, and so is what else you say that it changes.
Prints the deployment's id on standard output. An image that was taken back before is refused (exit code 4). Lastgood
being away for a moment is waited for.`,
  options: {
    service: { type: 'string', value: 'SERVICE', says: 'cluster/namespace/name of a declared service' },
    version: { type: 'string', value: 'VERSION', says: 'the name people know it by' },
    commit: { type: 'string', value: 'SHA', says: 'the commit it was built from' },
    author: { type: 'string', value: 'NAME', says: 'who brings it out' },
    'pipeline-url': { type: 'string', value: 'URL', says: 'link back to the pipeline' },
    image: {
      type: 'string',
      multiple: true,
      value: '[[KIND/]WORKLOAD/]CONTAINER=REFERENCE',
      says: 'an image about to run, checked against holds; may be repeated',
    },
    ...changeOptions,
    key: keyOption,
    json: jsonOption,
  },
  async run(values, words, terminal) {
    noWords(words);
    const input: DeploymentInput = {
      service: required(values.service, 'service'),
      version: required(values.version, 'version'),
      ...given({
        commit: values.commit,
        author: values.author,
        pipelineUrl: values['pipeline-url'],
        images: values.image && toImages(values.image),
        changes: toChanges(values),
      }),
    };
    const key = values.key || terminal.newKey();
    const deployment = await keepAsking(terminal, () =>
      registerDeployment(input, { 'idempotency-key': key }, limited()),
    );
    for (const warning of deployment.warnings ?? []) terminal.say(`warning: ${warning}`);
    terminal.say(`${deployment.service} ${releaseWords(deployment)} is registered.`);
    if (values.json) answerJson(terminal, deployment);
    else terminal.answer(deployment.id);
    return exitCodes.ok;
  },
});

/** A reference may itself contain `=`; a container's name cannot. */
function toImages(pairs: readonly string[]): Record<string, string> {
  const images = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const container = pair.slice(0, at);
    const reference = pair.slice(at + 1);
    if (at < 1 || reference === '')
      throw new UsageError(`--image "${pair}" is not [[KIND/]WORKLOAD/]CONTAINER=REFERENCE`);
    if (images.has(container)) throw new UsageError(`--image names the container ${container} twice`);
    images.set(container, reference);
  }
  return Object.fromEntries(images);
}
