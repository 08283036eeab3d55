import type { Unresolved } from '../deployment/unresolved.ts';
import { instantAfter } from '../instant-after.ts';
import type { NotificationFacts } from '../notification/facts.ts';
import type { Notification, Urged } from '../notification/notification.ts';
import { aboutUnchanged } from './about-run.ts';
import type { RunContext } from './rollback-deployment.ts';

type Next = NonNullable<NotificationFacts['next']>;

/** What is said of a rollback that changed nothing. */
interface Said {
  text: string;
  /** That is why it was asked for, and nothing else. */
  isWhy?: boolean;
  next: Next;
  /** What follows where something is still wrong; absent: what its triggers do by themselves, if anything. */
  nextIfWrong?: Next | undefined;
  /** Nobody has called it off who would know that something is still wrong. */
  isUnseen?: boolean;
}

/**
 * How it is told that a rollback changed nothing. It ends what wanted a person only where nothing is wrong any more: an alert that is closed
 * while it fires on calls nobody again. Where that is not known, it is not said to be over.
 */
export function calledOff(
  context: RunContext,
  { text, isWhy = false, next, nextIfWrong, isUnseen = false }: Said,
  now: number,
): Urged & Pick<Notification, 'text' | 'facts' | 'routes'> {
  const { unresolved, service } = context;
  if (unresolved === null)
    return { kind: 'rollback_cancelled', urgency: 'info', text, ...aboutUnchanged(context, { next, isWhy }) };
  const byItself = unresolved?.actsByItself
    ? { text: afterCooldown, at: instantAfter(now, service.policy.cooldownMs) }
    : null;
  return {
    ...{ kind: 'still_wrong', urgency: isUnseen ? 'page' : 'info', text: stillWrong(unresolved) },
    ...aboutUnchanged(context, {
      next: nextIfWrong ?? byItself,
      ...(unresolved?.fires && { trigger: unresolved.fires.first }),
    }),
  };
}

const afterCooldown =
  'If it still fires then, it may be rolled back without anybody after the cooldown. The cooldown ends';

function stillWrong(unresolved: Unresolved | undefined): string {
  if (!unresolved)
    return 'Whether anything of it fires on could not be read. Look at it before you leave it.';
  const { fires, rolloutFailed, isPutBack } = unresolved;
  const names = fires?.names ?? [];
  return [
    ...(names.length === 0 ? [] : [`${names.join(', ')} ${names.length === 1 ? 'fires' : 'fire'} on.`]),
    ...(rolloutFailed ? ['Its rollout has failed.'] : []),
    ...(isPutBack ? ['It is a version that was taken back before.'] : []),
    `Roll back, ${names.length > 0 ? 'or acknowledge that it may stay' : 'or bring out a release that works'}.`,
  ].join(' ');
}
