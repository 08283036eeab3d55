import type { StepKind } from '@lastgood/domain';

type Reasons = Readonly<Partial<Record<StepKind, string>>>;

/** Steps that need not send anything, and why: they are killed around what they commit only. */
const mayJustLook: Reasons = {
  'wait-until-stable': 'it has something to do only where a rollout is stuck',
  'wait-for-promotion': 'it only waits for its controller',
  'wait-for-sync': 'its controller may have synchronised by itself',
  'order-abort': 'its controller may have aborted by itself',
  'skip-analysis': 'the strategy may skip it as it stands',
  'hold-stage': 'it sets weights only where the stage is left at once',
  verify: 'it only asks',
  'compare-copies': 'it only asks',
  notify: 'it is queued in the database of Lastgood',
};

/** Steps that send, and of which the outside keeps no record. */
const leavesNoRecord: Reasons = { 'rehearse-template': 'a dry run stores nothing' };

/** Whether it comes to the place around a request. */
export function sends(kind: StepKind): boolean {
  return mayJustLook[kind] === undefined;
}

/** Whether the outside must have taken something of it, if it was done at all. */
export function isRecorded(kind: StepKind): boolean {
  return sends(kind) && leavesNoRecord[kind] === undefined;
}
