import type { StepKind } from '@lastgood/domain';
import type { RunView } from '@lastgood/server/endpoints/runs/run-schema';
import { type Failure, foreignImage } from './failures.ts';
import { badImage } from './fleet.ts';
import type { Page } from './page-receiver.ts';
import type { ExpectedStop } from './prepare-failure-case.ts';

/** The steps of a service with two workloads. */
export const stepKinds: readonly StepKind[] = [
  'rehearse-template',
  'set-template',
  'wait-until-stable',
  'rehearse-template',
  'set-template',
  'wait-until-stable',
  'verify',
];

/** The end state that is promised for each step. */
function namedEnd({ ordinal, failureCase: { workload } }: ExpectedStop): string {
  const name = `${workload.kind} ${workload.name}`;
  const left: Partial<Record<StepKind, string>> = {
    'rehearse-template': `${name} was not changed.`,
    'set-template': `${name} still runs what it ran before, unless its timeline says otherwise.`,
    'wait-until-stable': `${name} is set to release 1, but not every replica serves it; pods of both versions may run.`,
    verify: 'The service runs release 1; nothing proves that it works.',
  };
  return `${ordinal} of ${stepKinds.length} steps are done. ${left[stepKinds[ordinal] ?? 'verify']}`;
}

/** What could not be asked is neither yes nor no. */
function verdictOf({ name, kind }: Failure): 'failed' | null {
  return kind === 'verify' && name !== 'a check that cannot be asked' ? 'failed' : null;
}

/** Where somebody else has deployed meanwhile, what is really set is read and told instead. */
function namesEnd(endState: string, expected: ExpectedStop): boolean {
  const { ordinal, failure, failureCase } = expected;
  // Which version a release is called is the image's affair.
  const byRelease = endState.replace(/\S+ \((release \d+)\)/g, '$1');
  if (failure.leaves(failureCase) !== foreignImage) return byRelease === namedEnd(expected);
  const isCounted = endState.startsWith(`${ordinal} of ${stepKinds.length} steps are done.`);
  return isCounted && byRelease.includes(` is set to neither release 2 nor release 1: app ${foreignImage} `);
}

/** What a person is told that is not as it should be. */
export function wronglyTold({ run, steps, actions }: RunView, expected: ExpectedStop): string[] {
  const { ordinal, failure } = expected;
  const { stop } = run;
  const [step, before, after] = [steps[ordinal], steps.slice(0, ordinal), steps.slice(ordinal + 1)];
  const { resume, retry, skip, undo } = actions;
  const at = `step ${ordinal + 1} (${step?.title})`;
  return falseOf({
    'the run is stopped': run.status === 'stopped' && run.finishedAt !== null,
    'the verdict is only of a verification that said no': run.verdict === verdictOf(failure),
    'the stop names the step': stop?.ordinal === ordinal,
    'the stop says why': failure.reason.test(stop?.reason ?? ''),
    'the stop names the end state': namesEnd(stop?.endState ?? '', expected),
    'the stop says what to do next': failure.advice.test(stop?.advice ?? ''),
    'the whole plan is in view': steps.map(({ kind }) => kind).join() === stepKinds.join(),
    'the step has failed for that reason': step?.status === 'failed' && step.note === stop?.reason,
    'what came before is done': before.every(({ status }) => status === 'applied'),
    'the rest was not begun': after.every(
      ({ status, attempts, startedAt }) => status === 'pending' && attempts === 0 && startedAt === null,
    ),
    'resume says where it goes on':
      resume.allowed && resume.leavesBehind?.startsWith(`Goes on with ${at}.`) === true,
    'retry says what it tries':
      retry.allowed && retry.leavesBehind?.startsWith(`Tries ${at} again.`) === true,
    'only a change may not be left out': skip.allowed === (failure.kind !== 'set-template'),
    'nothing can be undone': !undo.allowed,
  });
}

/** What of the cluster is not in the end state that was named. */
export async function wronglyLeft(expected: ExpectedStop): Promise<string[]> {
  const { ordinal, failure, failureCase, goodImages, released } = expected;
  const changed = new Set((await failureCase.cluster.effects()).map(({ name }) => name));
  const facts = await Promise.all(
    released.service.workloads.map(async ({ kind, name }, index) => {
      const setAt = index * 3 + 1;
      const isBack = setAt < ordinal;
      const others = isBack ? goodImages[index] : badImage;
      const wanted = name === failureCase.workload.name ? failure.leaves(failureCase) : others;
      // A rollback pins the image to its digest.
      const [found] = (await failureCase.cluster.imageOf(kind, name)).split('@');
      return falseOf({
        [`${name} runs ${wanted}, not ${found}`]: found === wanted,
        [`${name} was ${isBack ? '' : 'not '}written`]: changed.has(name) === isBack,
      });
    }),
  );
  return facts.flat();
}

const begun = ({ steps }: RunView) => steps.map(({ attempts, startedAt }) => `${attempts} ${startedAt}`);

/**
 * What is not as it should be about a run that may not go on because something was deployed since: what somebody else deployed
 * may be recorded before a person has repaired it and goes on.
 */
export function wronglyTurnedAway(stopped: RunView, now: RunView, { failure }: ExpectedStop): string[] {
  const { resume, retry } = now.actions;
  return falseOf({
    'somebody else deployed meanwhile': failure.meanwhile !== undefined,
    'it stays stopped': now.run.status === 'stopped' && now.run.stop?.reason === stopped.run.stop?.reason,
    'nothing was begun again': begun(now).join() === begun(stopped).join(),
    'it offers neither': !resume.allowed && !retry.allowed,
  });
}

/** What was not carried on as it should have been, by the run as it stopped and as it ended. */
export function wronglyResumed(stopped: RunView, ended: RunView, ordinal: number): string[] {
  const [was, is] = [begun(stopped), begun(ended)];
  return falseOf({
    [`it is done: ${ended.run.sentence}`]: ended.run.status === 'done' && ended.run.stop === null,
    'it is verified': ended.run.verdict === 'passed',
    'every step is applied': ended.steps.every(({ status }) => status === 'applied'),
    'no step before was begun again': is.slice(0, ordinal).join() === was.slice(0, ordinal).join(),
    'the step itself was': (ended.steps[ordinal]?.attempts ?? 0) > (stopped.steps[ordinal]?.attempts ?? 0),
  });
}

/** What is not as it should be about the pages of one stop. */
export function wronglyPaged(pages: readonly Page[], stop: RunView['run']['stop']): string[] {
  const ids = [...new Set(pages.map(({ webhookId }) => webhookId))];
  const taken = pages.filter((page) => page.taken);
  const title = `stopped: ${stop?.reason}`;
  const text = `${stop?.endState} ${stop?.advice}`;
  return falseOf({
    [`one page was delivered, not ${taken.length}`]: taken.length === 1,
    [`it came under one id, not ${ids.join(', ')}`]: ids.length === 1,
    'its title says why': pages.every((page) => page.title.endsWith(title)),
    'its text says what is left and what to do': pages.every((page) => page.text === text),
  });
}

function falseOf(facts: Record<string, boolean>): string[] {
  return Object.entries(facts).flatMap(([fact, holds]) => (holds ? [] : [fact]));
}
