import { createHash } from 'node:crypto';
import {
  type Deployment,
  type DeploymentStore,
  type Notification,
  type PassedRelease,
  type Press,
  type PressAnswer,
  releaseSubject,
  servesInstead,
} from '@lastgood/domain';
import { Check } from 'typebox/value';
import type { EndpointRequest } from '../endpoints/endpoint.ts';
import { rollbackDeployment, undoRun } from '../endpoints/index.ts';
import type { Answerer } from '../endpoints/register-endpoints.ts';
import type { Run } from '../endpoints/runs/run-schema.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { IdParams } from '../wire/named.ts';
import { rollbackWords, undoWords } from './press-words.ts';

export interface PressDependencies {
  /** The endpoints that the buttons of the dashboard ask. */
  answer: Answerer;
  /** Null where there is none. */
  deployment(id: string): Promise<Pick<Deployment, 'id' | 'service' | 'release' | 'status'> | null>;
  /** As `DeploymentStore.between`. */
  between: DeploymentStore['between'];
  /** Which release stands for a service; null where none does. */
  newest(service: string): Promise<string | null>;
  /** What said last that nobody has to do anything about it; null while something wants a person, or where nothing was told. */
  over(deploymentId: string): Promise<Pick<Notification, 'title'> | null>;
  /** What the start still waits for, in words; null when it can act. */
  preparing: () => string | null;
  /** Epoch milliseconds. */
  now: () => number;
  isDatabaseDown: (error: unknown) => boolean;
  /** Where people reach the server; null where nobody said. */
  publicUrl: string | null;
  onFault(error: unknown): void;
}

/** A message takes its time to whoever pressed, and so does their second thought. */
const undoSeconds = 10;

/**
 * Does what the same button of the dashboard does, as whoever pressed, and says what came of it. A press that is sent again is the same
 * act. Never throws.
 */
export async function actOnPress(deps: PressDependencies, press: Press): Promise<PressAnswer> {
  try {
    return await acted(deps, press);
  } catch (error) {
    const link = linkTo(deps, press.act === 'undo' ? 'runs' : 'deployments', press.about);
    if (error instanceof ProblemError) return { text: error.message, link, undo: null };
    if (deps.isDatabaseDown(error))
      return { text: unreachable('its database cannot be used'), link, undo: null };
    deps.onFault(error);
    return { text: 'An unexpected fault: look in Lastgood whether anything was done.', link, undo: null };
  }
}

async function acted(deps: PressDependencies, press: Press): Promise<PressAnswer> {
  const waitsFor = deps.preparing();
  if (waitsFor !== null) return { text: unreachable(`it is starting: ${waitsFor}`), link: null, undo: null };
  if (!Check(IdParams, { id: press.about }))
    return { text: 'Lastgood knows nothing of what this button is about.', link: null, undo: null };
  return press.act === 'undo' ? undone(deps, press) : rolledBack(deps, press);
}

async function rolledBack(deps: PressDependencies, press: Press): Promise<PressAnswer> {
  const newer = await replacedBy(deps, press.about);
  if (newer !== null)
    return { text: newerInWords(newer), link: linkTo(deps, 'deployments', newer.id), undo: null };
  // A message that nobody could change still has its button.
  const over = await deps.over(press.about);
  if (over !== null) {
    const text = `${over.title.replace(/\.$/, '')}: nothing was done. Open it to roll back all the same.`;
    return { text, link: linkTo(deps, 'deployments', press.about), undo: null };
  }
  const id = operationIdOf(press);
  const run = await ask<Run>(deps, rollbackDeployment, press, { body: { startsInSeconds: undoSeconds }, id });
  const isWaiting = run.status === 'queued' && run.startedAt === null;
  return {
    text: rollbackWords(run, { isOwn: run.id === id, now: deps.now() }),
    link: linkTo(deps, 'runs', run.id),
    undo: isWaiting ? run.id : null,
  };
}

/** Beyond any release's number. */
const noRelease = 2 ** 31 - 1;

/** Which of the two serves may be known to nobody: then whoever pressed looks, and is not told that it is replaced. */
function newerInWords({ status, ...newer }: PassedRelease): string {
  if (status === 'completed')
    return 'A newer release has replaced the one that this message is about: nothing was done. Open the newer one.';
  const came =
    status === 'failed' ? 'came after it and failed' : 'came after it and is not known to serve yet';
  return `Nothing was done: this message is about a release that is not the newest. ${releaseSubject(newer)} ${came}. Open that one: a rollback begins there.`;
}

/** Old messages keep their buttons: the release that comes after the one they are about. */
async function replacedBy(deps: PressDependencies, id: string): Promise<PassedRelease | null> {
  const deployment = await deps.deployment(id);
  // What was taken back is answered so, whatever came after.
  if (deployment === null || deployment.status === 'rolled_back') return null;
  const newer = await deps.between(deployment.service, deployment.release, noRelease);
  const instead = servesInstead(deployment, newer);
  // What came after it may never have come.
  if (instead !== null && (await deps.newest(deployment.service)) === id) return null;
  return newer.find((one) => one.id === instead?.id) ?? null;
}

async function undone(deps: PressDependencies, press: Press): Promise<PressAnswer> {
  const run = await ask<Run>(deps, undoRun, press, { body: {}, id: operationIdOf(press) });
  return { text: undoWords(run), link: linkTo(deps, 'runs', run.id), undo: null };
}

async function ask<Answer>(
  { answer }: PressDependencies,
  endpoint: Parameters<Answerer>[0],
  press: Press,
  { body, id }: { body: object; id: string },
): Promise<Answer> {
  const request: EndpointRequest = {
    ...{ params: { id: press.about }, query: {}, body },
    ...{ caller: { kind: 'person', name: press.by }, operation: { id, key: null } },
  };
  return (await answer(endpoint, request)) as Answer;
}

/** The same for the same press, so that one that is sent twice is one run. */
function operationIdOf({ id }: Press): string {
  const hex = createHash('sha256').update(`press/${id}`).digest('hex');
  // A UUID of an own kind: https://www.rfc-editor.org/rfc/rfc9562#section-5.8
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function linkTo({ publicUrl }: PressDependencies, page: 'runs' | 'deployments', id: string): string | null {
  return publicUrl === null ? null : `${publicUrl}/${page}/${encodeURIComponent(id)}`;
}

function unreachable(why: string): string {
  return `Lastgood cannot act now, ${why}. Nothing was done: press again in a moment.`;
}
