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
    provides: {
      type: 'string',
      multiple: true,
      value: 'CONTRACT=VERSION',
      says: 'a contract that it keeps towards its callers, as in catalog-api=4; may be repeated',
    },
    needs: {
      type: 'string',
      multiple: true,
      value: 'CONTRACT=VERSIONS',
      says: 'a contract that it needs of those it calls, as in "catalog-api=>=3 <5"; may be repeated',
    },
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
        provides: values.provides && toContracts('provides', values.provides),
        needs: values.needs && toContracts('needs', values.needs),
        changes: toChanges(values),
      }),
    };
    const key = values.key || terminal.newKey();
    const deployment = await keepAsking(terminal, () =>
      registerDeployment(input, { 'idempotency-key': key }, limited()),
    );
    // An older Lastgood tells of none.
    const notices = (deployment.notices as typeof deployment.notices | undefined) ?? [];
    for (const { words, noWayBack } of notices)
      terminal.say(`${noWayBack ? 'no way back' : 'warning'}: ${words}`);
    terminal.say(`${deployment.service} ${releaseWords(deployment)} is registered.`);
    if (values.json) answerJson(terminal, deployment);
    else terminal.answer(deployment.id);
    return exitCodes.ok;
  },
});

/** A reference may itself contain `=`; a container's name cannot. */
function toImages(given: readonly string[]): Record<string, string> {
  return pairs('image', given, '[[KIND/]WORKLOAD/]CONTAINER=REFERENCE', 'the container');
}

function toContracts(option: 'provides' | 'needs', given: readonly string[]): Record<string, string> {
  return pairs(option, given, option === 'needs' ? 'CONTRACT=VERSIONS' : 'CONTRACT=VERSION', 'the contract');
}

function pairs(option: string, given: readonly string[], form: string, what: string): Record<string, string> {
  const found = new Map<string, string>();
  for (const pair of given) {
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (at < 1 || value === '') throw new UsageError(`--${option} "${pair}" is not ${form}`);
    if (found.has(name)) throw new UsageError(`--${option} names ${what} ${name} twice`);
    found.set(name, value);
  }
  return Object.fromEntries(found);
}
