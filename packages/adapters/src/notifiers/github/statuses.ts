import type { Outgoing } from '@lastgood/domain/notification/delivery';
import type { Message } from '@lastgood/domain/notification/message';
import { fittingText } from '../fitting-text.ts';
import type { CommitRecord } from '../recorded-commit.ts';

/** In characters. https://docs.github.com/en/rest/deployments/statuses says 140; a commit status takes no longer one either. */
const longest = { description: 140, context: 255, environment: 255 };

type Kind = CommitRecord['kind'];

/** What only lacks proof is no failure of the commit: its description says what it lacks, and nothing stays pending. */
const commitStates: Record<Kind, 'pending' | 'success' | 'failure'> = {
  ...{ registered: 'pending', verified: 'success', failed: 'failure' },
  ...{ 'rolled-back': 'failure', unproven: 'success', superseded: 'success' },
};

const deploymentStates: Record<Kind, 'in_progress' | 'success' | 'failure' | 'inactive'> = {
  ...{ registered: 'in_progress', verified: 'success', failed: 'failure' },
  ...{ 'rolled-back': 'inactive', unproven: 'success', superseded: 'inactive' },
};

/** What is written beside a commit: one status for each service and environment. https://docs.github.com/en/rest/commits/statuses */
export function commitStatus({ kind, service, environment }: CommitRecord, { message }: Outgoing) {
  return {
    state: commitStates[kind],
    context: named(`lastgood/${environment}/${service}`, longest.context),
    description: described(message),
    ...(message.link === null ? {} : { target_url: message.link }),
  };
}

/** What tells Lastgood's deployments from those of a pipeline. */
export const deploymentTask = 'lastgood';

/**
 * A service has an environment of its own there, since a success makes inactive whatever was deployed to the same one before, of whichever
 * service of the repository. Nothing is merged and no check is waited for: it has been deployed already.
 * https://docs.github.com/en/rest/deployments/deployments#create-a-deployment
 */
export function newDeployment(sha: string, record: CommitRecord, { message, notification }: Outgoing) {
  return {
    ref: sha,
    task: deploymentTask,
    environment: environmentOf(record),
    description: described(message),
    auto_merge: false,
    required_contexts: [],
    payload: { deployment: notification.deploymentId },
  };
}

export function deploymentStatus({ kind }: CommitRecord, { message }: Outgoing) {
  return {
    state: deploymentStates[kind],
    description: described(message),
    ...(message.link === null ? {} : { log_url: message.link }),
    auto_inactive: true,
  };
}

export function environmentOf({ service, environment }: CommitRecord): string {
  return named(`${environment}/${service}`, longest.environment);
}

/** GitHub refuses characters beyond U+FFFF, such as an emoji: "description doesn't accept 4-byte Unicode" (422). */
const beyond = /[\u{10000}-\u{10FFFF}]/gu;

function described({ title }: Message): string {
  return fittingText(title.replace(beyond, '□'), longest.description);
}

/** What is named with one is still told apart from what is named with another. */
function named(text: string, most: number): string {
  const inWords = (character: string) => `U+${character.codePointAt(0)?.toString(16).toUpperCase()}`;
  return fittingText(text.replace(beyond, inWords), most);
}
