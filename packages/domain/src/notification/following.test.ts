import { exampleNotification } from '@lastgood/testkit/contracts/notifier';
import { expect, test } from 'vitest';
import { askingKinds, isFollowing, isMootBy, standsBeside } from './following.ts';
import { messageOf } from './message.ts';
import { type Notification, type NotificationKind, type PeopleKind, peopleKinds } from './notification.ts';
import { withPartlyOver } from './partly-over.ts';

type Told = Pick<Notification, 'kind' | 'urgency'>;

const page: Told = { kind: 'rollback_suggested', urgency: 'page' };
const quiet = (kind: NotificationKind): Told => ({ kind, urgency: 'info' });

test.each<[string, Told[], NotificationKind, boolean]>([
  ['a page brings what follows', [page], 'rolling_back', true],
  ['and how it ends', [page, quiet('rolling_back')], 'rolled_back', true],
  ['and another page', [page], 'rollback_failed', true],
  ['and that it is over', [page], 'incident_over', true],
  ['no page, nothing', [quiet('rolling_back')], 'rolled_back', false],
  ['nothing was told', [], 'incident_over', false],
  ['what wanted a person is over', [quiet('readiness_lost')], 'incident_over', true],
  ['and brings nothing else', [quiet('readiness_lost')], 'rolling_back', false],
  ['what wanted nobody has no end', [quiet('rolling_back')], 'incident_over', false],
  ['after the end nothing follows', [page, quiet('rolled_back')], 'rolling_back', false],
  ['it is over once', [page, quiet('incident_over')], 'incident_over', false],
  ['a cancelled one is over', [page, quiet('rollback_cancelled')], 'incident_over', false],
  ['one that leaves it wrong is not', [page, quiet('still_wrong')], 'incident_over', true],
  ['and wants a person by itself', [quiet('rolling_back'), quiet('still_wrong')], 'incident_over', true],
  ['until it begins anew', [page, quiet('incident_over'), page], 'incident_over', true],
  ['whoever was called hears who is at it', [page], 'taken_on', true],
  ['and everyone after them', [page, quiet('taken_on')], 'taken_on', true],
  ['which ends nothing', [page, quiet('taken_on')], 'incident_over', true],
  ['nor what follows', [page, quiet('taken_on')], 'rolling_back', true],
  ['it is no first message', [quiet('rolling_back')], 'taken_on', false],
  ['nobody is at what is over', [page, quiet('incident_over')], 'taken_on', false],
  ['records follow nobody', [page], 'deployment_verified', false],
])('%s', (_name, told, next, isHeard) => {
  expect(isFollowing(told, { kind: next })).toBe(isHeard);
});

test('that it is over is told once it is true of all that wanted a person', () => {
  const over = { kind: 'incident_over', ends: ['rollback_suggested', 'rollback_waits'] } as const;
  const failed: Told = { kind: 'rollout_failed', urgency: 'page' };
  expect(isFollowing([page, quiet('rolling_back')], over)).toBe(true);
  expect(isFollowing([page, { kind: 'rollback_failed', urgency: 'page' }], over)).toBe(false);
  expect(isFollowing([page, quiet('readiness_lost')], over)).toBe(false);
  expect(isFollowing([failed, page], over)).toBe(false);
  expect(isFollowing([failed, quiet('incident_over'), page], over)).toBe(true);
  // A plan's own word wants nobody.
  expect(isFollowing([page, { kind: 'rollback_notice', urgency: 'page' }], over)).toBe(true);
});

test('a way back that is there again closes no suggestion that still stands', () => {
  const again = { kind: 'incident_over', ends: ['readiness_lost'] } as const;
  expect(isFollowing([page, quiet('readiness_lost')], again)).toBe(false);
  expect(isFollowing([quiet('readiness_lost')], again)).toBe(true);
});

test('what ends first of several is told too, closes nothing, and is not waited for any more', () => {
  const ended = (...ends: PeopleKind[]) => ({ kind: 'incident_over', urgency: 'info', ends }) as const;
  const partly = (...ends: PeopleKind[]) => ({ kind: 'partly_over', urgency: 'info', ends }) as const;
  const lost = quiet('readiness_lost');
  expect(isFollowing([page, lost], partly('rollback_suggested'))).toBe(true);
  expect(isFollowing([page], partly('rollback_suggested'))).toBe(false);
  expect(isFollowing([lost], partly('rollback_suggested'))).toBe(false);
  const told = [page, lost, partly('rollback_suggested')];
  expect(isFollowing(told, partly('rollback_suggested'))).toBe(false);
  expect(isFollowing(told, ended('rollback_suggested'))).toBe(false);
  expect(isFollowing(told, ended('readiness_lost'))).toBe(true);
  expect(isFollowing(told, { kind: 'incident_over' })).toBe(true);
  // A place that was paged follows until the end.
  expect(isFollowing(told, { kind: 'rolling_back' })).toBe(true);
  expect(isFollowing([...told, page], ended('readiness_lost'))).toBe(false);
  expect(isFollowing([...told, page], partly('readiness_lost'))).toBe(true);
  expect(isFollowing([...told, quiet('incident_over'), page], ended('rollback_suggested'))).toBe(true);
});

test('that something of several is over is written beside that all is, and waits for a person', () => {
  const all = { ...exampleNotification, kind: 'incident_over' } as const;
  expect(withPartlyOver(all)).toEqual([all]);
  const some = { ...all, ends: ['readiness_lost'] } as const;
  const [over, partly] = withPartlyOver(some);
  expect(over).toBe(some);
  expect(partly).toMatchObject({
    kind: 'partly_over',
    urgency: 'info',
    ends: ['readiness_lost'],
    facts: { next: null },
  });
  expect(partly?.key).not.toBe(over?.key);
  expect(partly && messageOf(partly, null).facts.at(-1)?.value).toContain('waits for a person');
});

test('what wants a person all the same is what was asked since the last end and is not over, each once', () => {
  const ended = { ends: ['rollback_suggested'] } as const;
  const before = [page, quiet('still_wrong'), quiet('incident_over')];
  const told = [...before, quiet('rollout_failed'), page, quiet('rollout_failed'), quiet('readiness_lost')];
  expect(standsBeside(told, ended)).toEqual(['rollout_failed', 'readiness_lost']);
  const partly = { kind: 'partly_over', urgency: 'info', ends: ['rollout_failed'] } as const;
  expect(standsBeside([...told, partly], ended)).toEqual(['readiness_lost']);
});

test.each<[PeopleKind[] | undefined, string]>([
  [
    ['readiness_lost', 'rollout_failed'],
    'It is over. It wants a person all the same: its rollout failed, and its way back is lost.',
  ],
  [['held_version_back'], 'It is over. It wants a person all the same: it was taken back, and is back.'],
  [undefined, 'It is over. What else was told of it stands, and wants a person.'],
])('says in words what wants a person all the same: %s', (stands, words) => {
  const { facts: _facts, ...told } = exampleNotification;
  const partly = { ...told, kind: 'partly_over', text: 'It is over.' } as const;
  const { text, textAlone } = messageOf({ ...partly, ...(stands && { stands }) }, null);
  expect([text, textAlone]).toEqual([words, words]);
});

test('that somebody is at it is told where it is true of some of what wanted a person', () => {
  const taken = { kind: 'taken_on', ends: ['rollback_suggested'] } as const;
  expect(isFollowing([page, quiet('readiness_lost')], taken)).toBe(true);
  expect(isFollowing([quiet('readiness_lost')], taken)).toBe(false);
});

test.each<[string, Told, Parameters<typeof isMootBy>[1], boolean]>([
  ['what is over', page, { kind: 'incident_over' }, true],
  ['what was rolled back', { kind: 'rollback_failed', urgency: 'page' }, { kind: 'rolled_back' }, true],
  ['what somebody is at', page, { kind: 'taken_on' }, true],
  ['what nobody has taken on', { kind: 'rollback_failed', urgency: 'page' }, { kind: 'taken_on' }, false],
  ['what is over of several', page, { kind: 'partly_over', ends: ['rollback_suggested'] }, true],
  ['what stands of several', page, { kind: 'partly_over', ends: ['rollout_failed'] }, false],
  ['a rollback that begins', page, { kind: 'rolling_back' }, false],
  ['what wakes nobody', quiet('readiness_lost'), { kind: 'incident_over' }, false],
])('of a page that waits: %s', (_name, waits, later, isMoot) => {
  expect(isMootBy(waits, later)).toBe(isMoot);
});

test('what wants a person is what looks so', () => {
  const red = peopleKinds.filter((kind) => messageOf({ ...exampleNotification, kind }, null).tone === 'act');
  expect(red.toSorted()).toEqual([...askingKinds].toSorted());
});
